"""Conferences and journals by their names: `ACL`, `Proc. of the 60th Annual Meeting of the … (ACL 2022)`.

Knows names only, mostly of computer science; not fields or entries. A venue is recognised when the
whole text is one of its names, ordinals, years and `Proceedings of` left out, never by a part that
happens to occur: a workshop at a conference is not that conference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal, NamedTuple

Kind = Literal["conference", "journal", "preprint"]
EntryType = Literal["inproceedings", "article", "misc"]


class Venue(NamedTuple):
    """Where publications appear; `full` has neither year nor ordinal nor `Proceedings of`."""

    short: str
    full: str
    kind: Kind


# short name | full name | further names; a line that is indented goes on. A journal without an
# established short name has its full name there.
_CONFERENCES = """
ACL | Annual Meeting of the Association for Computational Linguistics | Association for Computational
    Linguistics; Annual Meeting of the ACL; Meeting of the Association for Computational Linguistics;
    ACL-IJCNLP; Annual Meeting of the Association for Computational Linguistics and the International Joint
    Conference on Natural Language Processing; Joint Conference of the Annual Meeting of the ACL and the
    International Joint Conference on Natural Language Processing of the AFNLP; Conference of the
    Association for Computational Linguistics
EMNLP | Conference on Empirical Methods in Natural Language Processing | Empirical Methods in Natural
    Language Processing; EMNLP-IJCNLP; EMNLP-CoNLL; Conference on Empirical Methods in Natural Language
    Processing and the International Joint Conference on Natural Language Processing; Joint Conference on
    Empirical Methods in Natural Language Processing and Computational Natural Language Learning
NAACL | Conference of the North American Chapter of the Association for Computational Linguistics |
    NAACL-HLT; HLT-NAACL; Conference of the North American Chapter of the Association for Computational
    Linguistics: Human Language Technologies; Conference of the Nations of the Americas Chapter of the
    Association for Computational Linguistics; Conference of the Nations of the Americas Chapter of the
    Association for Computational Linguistics: Human Language Technologies; North American Chapter of the
    Association for Computational Linguistics
EACL | Conference of the European Chapter of the Association for Computational Linguistics | European
    Chapter of the Association for Computational Linguistics
AACL | Conference of the Asia-Pacific Chapter of the Association for Computational Linguistics |
    AACL-IJCNLP; Conference of the Asia-Pacific Chapter of the Association for Computational Linguistics and
    the International Joint Conference on Natural Language Processing
IJCNLP | International Joint Conference on Natural Language Processing
COLING | International Conference on Computational Linguistics | LREC-COLING; Joint International Conference
    on Computational Linguistics, Language Resources and Evaluation
CoNLL | Conference on Computational Natural Language Learning | Conference on Natural Language Learning;
    SIGNLL Conference on Computational Natural Language Learning
LREC | International Conference on Language Resources and Evaluation | Language Resources and Evaluation
    Conference
Findings of ACL | Findings of the Association for Computational Linguistics: ACL | Findings of the
    Association for Computational Linguistics; Findings of the ACL; ACL Findings; Findings of the
    Association for Computational Linguistics: ACL-IJCNLP; Findings of the ACL: ACL
Findings of EMNLP | Findings of the Association for Computational Linguistics: EMNLP | EMNLP Findings;
    Findings of the ACL: EMNLP
Findings of NAACL | Findings of the Association for Computational Linguistics: NAACL | NAACL Findings;
    Findings of the ACL: NAACL
Findings of EACL | Findings of the Association for Computational Linguistics: EACL | EACL Findings; Findings
    of the ACL: EACL
Findings of AACL | Findings of the Association for Computational Linguistics: AACL | AACL Findings; Findings
    of the Association for Computational Linguistics: AACL-IJCNLP; Findings of the ACL: AACL
SemEval | International Workshop on Semantic Evaluation | Workshop on Semantic Evaluation
WMT | Conference on Machine Translation | Workshop on Machine Translation
COLM | Conference on Language Modeling
NLPCC | CCF International Conference on Natural Language Processing and Chinese Computing | International
    Conference on Natural Language Processing and Chinese Computing; Natural Language Processing and Chinese
    Computing
CCL | China National Conference on Computational Linguistics | Chinese National Conference on Computational
    Linguistics
INTERSPEECH | Annual Conference of the International Speech Communication Association | Conference of the
    International Speech Communication Association
ICASSP | International Conference on Acoustics, Speech, and Signal Processing
ASRU | Automatic Speech Recognition and Understanding Workshop | Workshop on Automatic Speech Recognition
    and Understanding
SLT | Spoken Language Technology Workshop
ISMIR | International Society for Music Information Retrieval Conference | International Conference on Music
    Information Retrieval
NeurIPS | Conference on Neural Information Processing Systems | NIPS; Advances in Neural Information
    Processing Systems; Neural Information Processing Systems; Annual Conference on Neural Information
    Processing Systems; International Conference on Neural Information Processing Systems
ICML | International Conference on Machine Learning
ICLR | International Conference on Learning Representations
AISTATS | International Conference on Artificial Intelligence and Statistics | Artificial Intelligence and
    Statistics
UAI | Conference on Uncertainty in Artificial Intelligence | Uncertainty in Artificial Intelligence
COLT | Conference on Learning Theory | Annual Conference on Learning Theory
ALT | International Conference on Algorithmic Learning Theory | Algorithmic Learning Theory
ACML | Asian Conference on Machine Learning
ECML-PKDD | European Conference on Machine Learning and Principles and Practice of Knowledge Discovery in
    Databases | ECML; ECML/PKDD; ECMLPKDD; European Conference on Machine Learning; Joint European
    Conference on Machine Learning and Knowledge Discovery in Databases; Machine Learning and Knowledge
    Discovery in Databases
MLSys | Conference on Machine Learning and Systems | Machine Learning and Systems; SysML
CoRL | Conference on Robot Learning
AAAI | AAAI Conference on Artificial Intelligence | National Conference on Artificial Intelligence;
    Association for the Advancement of Artificial Intelligence
IJCAI | International Joint Conference on Artificial Intelligence | International Joint Conferences on
    Artificial Intelligence; IJCAI-ECAI
ECAI | European Conference on Artificial Intelligence
PRICAI | Pacific Rim International Conference on Artificial Intelligence
AAMAS | International Conference on Autonomous Agents and Multiagent Systems | Autonomous Agents and
    Multiagent Systems; International Joint Conference on Autonomous Agents and Multiagent Systems;
    International Conference on Autonomous Agents and Multi-Agent Systems
ICAPS | International Conference on Automated Planning and Scheduling
KR | International Conference on Principles of Knowledge Representation and Reasoning | Principles of
    Knowledge Representation and Reasoning
IJCNN | International Joint Conference on Neural Networks
ICANN | International Conference on Artificial Neural Networks
ICONIP | International Conference on Neural Information Processing
GECCO | Genetic and Evolutionary Computation Conference
CVPR | Conference on Computer Vision and Pattern Recognition | Computer Vision and Pattern Recognition; IEEE
    Computer Society Conference on Computer Vision and Pattern Recognition
ICCV | International Conference on Computer Vision
ECCV | European Conference on Computer Vision | Computer Vision – ECCV
WACV | Winter Conference on Applications of Computer Vision | Workshop on Applications of Computer Vision
ACCV | Asian Conference on Computer Vision
BMVC | British Machine Vision Conference
3DV | International Conference on 3D Vision
ICPR | International Conference on Pattern Recognition
ICIP | International Conference on Image Processing
ICDAR | International Conference on Document Analysis and Recognition
MICCAI | International Conference on Medical Image Computing and Computer Assisted Intervention |
    International Conference on Medical Image Computing and Computer-Assisted Intervention; Medical Image
    Computing and Computer Assisted Intervention; Medical Image Computing and Computer Assisted Intervention
    – MICCAI
ISBI | International Symposium on Biomedical Imaging
ACM MM | ACM International Conference on Multimedia | ACM Multimedia; ACM Multimedia Conference;
    International Conference on Multimedia
ICME | International Conference on Multimedia and Expo
ICMR | International Conference on Multimedia Retrieval
SIGGRAPH | ACM SIGGRAPH Conference | ACM SIGGRAPH
SIGGRAPH Asia | ACM SIGGRAPH Asia Conference | ACM SIGGRAPH Asia
KDD | ACM SIGKDD Conference on Knowledge Discovery and Data Mining | SIGKDD; ACM SIGKDD; ACM SIGKDD
    International Conference on Knowledge Discovery and Data Mining; ACM SIGKDD International Conference on
    Knowledge Discovery & Data Mining; International Conference on Knowledge Discovery and Data Mining
ICDM | International Conference on Data Mining
SDM | SIAM International Conference on Data Mining
PAKDD | Pacific-Asia Conference on Knowledge Discovery and Data Mining
WSDM | ACM International Conference on Web Search and Data Mining | International Conference on Web Search
    and Data Mining
CIKM | ACM International Conference on Information and Knowledge Management | International Conference on
    Information and Knowledge Management; Conference on Information and Knowledge Management
SIGIR | International ACM SIGIR Conference on Research and Development in Information Retrieval | ACM SIGIR;
    ACM SIGIR Conference on Research and Development in Information Retrieval
ECIR | European Conference on Information Retrieval
RecSys | ACM Conference on Recommender Systems | Conference on Recommender Systems
WWW | The Web Conference | TheWebConf; Web Conference; ACM Web Conference; International World Wide Web
    Conference; International Conference on World Wide Web; World Wide Web Conference
ISWC | International Semantic Web Conference
ESWC | Extended Semantic Web Conference | European Semantic Web Conference
ICWSM | International AAAI Conference on Web and Social Media | International AAAI Conference on Weblogs and
    Social Media
JCDL | Joint Conference on Digital Libraries
SIGMOD | ACM SIGMOD International Conference on Management of Data | ACM SIGMOD; International Conference on
    Management of Data; SIGMOD Conference
ICDE | International Conference on Data Engineering
EDBT | International Conference on Extending Database Technology | Extending Database Technology
PODS | ACM SIGMOD-SIGACT-SIGAI Symposium on Principles of Database Systems | Symposium on Principles of
    Database Systems
CIDR | Conference on Innovative Data Systems Research
DASFAA | International Conference on Database Systems for Advanced Applications
OSDI | USENIX Symposium on Operating Systems Design and Implementation | Symposium on Operating Systems
    Design and Implementation
SOSP | ACM Symposium on Operating Systems Principles | Symposium on Operating Systems Principles
NSDI | USENIX Symposium on Networked Systems Design and Implementation | Symposium on Networked Systems
    Design and Implementation
USENIX ATC | USENIX Annual Technical Conference | ATC; Annual Technical Conference
EuroSys | European Conference on Computer Systems | EuroSys Conference
FAST | USENIX Conference on File and Storage Technologies | USENIX FAST; Conference on File and Storage
    Technologies
ASPLOS | International Conference on Architectural Support for Programming Languages and Operating Systems |
    Architectural Support for Programming Languages and Operating Systems
ISCA | International Symposium on Computer Architecture
MICRO | IEEE/ACM International Symposium on Microarchitecture | International Symposium on Microarchitecture
HPCA | International Symposium on High-Performance Computer Architecture | International Symposium on High
    Performance Computer Architecture
SC | International Conference for High Performance Computing, Networking, Storage and Analysis |
    Supercomputing
ICS | International Conference on Supercomputing
PPoPP | ACM SIGPLAN Symposium on Principles and Practice of Parallel Programming | Symposium on Principles
    and Practice of Parallel Programming
IPDPS | International Parallel and Distributed Processing Symposium
HPDC | International Symposium on High-Performance Parallel and Distributed Computing
ICPP | International Conference on Parallel Processing
ICDCS | International Conference on Distributed Computing Systems
SoCC | ACM Symposium on Cloud Computing | Symposium on Cloud Computing
Middleware | International Middleware Conference
DAC | Design Automation Conference
DATE | Design, Automation and Test in Europe Conference | Design, Automation & Test in Europe; Design,
    Automation and Test in Europe Conference and Exhibition
ICCAD | International Conference on Computer-Aided Design | International Conference on Computer Aided
    Design
FPGA | International Symposium on Field-Programmable Gate Arrays
SIGCOMM | ACM SIGCOMM Conference | ACM SIGCOMM
INFOCOM | IEEE International Conference on Computer Communications | IEEE Conference on Computer
    Communications; IEEE INFOCOM
MobiCom | Annual International Conference on Mobile Computing and Networking | International Conference on
    Mobile Computing and Networking
MobiSys | International Conference on Mobile Systems, Applications, and Services
SenSys | ACM Conference on Embedded Networked Sensor Systems | Conference on Embedded Networked Sensor
    Systems
IMC | ACM Internet Measurement Conference | Internet Measurement Conference
CoNEXT | International Conference on Emerging Networking Experiments and Technologies
GLOBECOM | IEEE Global Communications Conference | Global Communications Conference; IEEE GLOBECOM
ICC | IEEE International Conference on Communications
CCS | ACM SIGSAC Conference on Computer and Communications Security | ACM CCS; ACM Conference on Computer
    and Communications Security; Conference on Computer and Communications Security
IEEE S&P | IEEE Symposium on Security and Privacy | Symposium on Security and Privacy; S&P; Oakland
USENIX Security | USENIX Security Symposium
NDSS | Network and Distributed System Security Symposium
CRYPTO | Annual International Cryptology Conference | International Cryptology Conference; Advances in
    Cryptology – CRYPTO
EUROCRYPT | International Conference on the Theory and Applications of Cryptographic Techniques | Advances
    in Cryptology – EUROCRYPT
ASIACRYPT | International Conference on the Theory and Application of Cryptology and Information Security |
    Advances in Cryptology – ASIACRYPT
ICSE | International Conference on Software Engineering
FSE | ACM International Conference on the Foundations of Software Engineering | ESEC/FSE; ACM Joint European
    Software Engineering Conference and Symposium on the Foundations of Software Engineering; International
    Symposium on Foundations of Software Engineering
ASE | International Conference on Automated Software Engineering
ISSTA | International Symposium on Software Testing and Analysis
MSR | International Conference on Mining Software Repositories
ICSME | International Conference on Software Maintenance and Evolution
SANER | International Conference on Software Analysis, Evolution and Reengineering
PLDI | ACM SIGPLAN Conference on Programming Language Design and Implementation | Conference on Programming
    Language Design and Implementation
POPL | ACM SIGPLAN Symposium on Principles of Programming Languages | Symposium on Principles of Programming
    Languages
OOPSLA | Conference on Object-Oriented Programming Systems, Languages, and Applications
ICFP | International Conference on Functional Programming
ECOOP | European Conference on Object-Oriented Programming
CGO | International Symposium on Code Generation and Optimization
CAV | International Conference on Computer Aided Verification | Computer Aided Verification
TACAS | International Conference on Tools and Algorithms for the Construction and Analysis of Systems
LICS | Symposium on Logic in Computer Science
STOC | ACM Symposium on Theory of Computing | Symposium on Theory of Computing; Symposium on the Theory of
    Computing; ACM STOC
FOCS | IEEE Symposium on Foundations of Computer Science | Symposium on Foundations of Computer Science
SODA | ACM-SIAM Symposium on Discrete Algorithms | Symposium on Discrete Algorithms
ICALP | International Colloquium on Automata, Languages, and Programming
CHI | CHI Conference on Human Factors in Computing Systems | ACM CHI; SIGCHI Conference on Human Factors in
    Computing Systems; Conference on Human Factors in Computing Systems
UIST | ACM Symposium on User Interface Software and Technology | Symposium on User Interface Software and
    Technology
CSCW | ACM Conference on Computer-Supported Cooperative Work and Social Computing | Conference on Computer
    Supported Cooperative Work; Conference on Computer-Supported Cooperative Work and Social Computing
UbiComp | International Joint Conference on Pervasive and Ubiquitous Computing
IUI | International Conference on Intelligent User Interfaces
FAccT | ACM Conference on Fairness, Accountability, and Transparency | Conference on Fairness,
    Accountability, and Transparency; FAT*
IEEE VIS | IEEE Visualization Conference | IEEE Visualization and Visual Analytics
ICRA | International Conference on Robotics and Automation
IROS | International Conference on Intelligent Robots and Systems | IEEE/RSJ International Conference on
    Intelligent Robots and Systems
RSS | Robotics: Science and Systems
HRI | ACM/IEEE International Conference on Human-Robot Interaction | International Conference on Human-Robot
    Interaction
CDC | IEEE Conference on Decision and Control | Conference on Decision and Control
ISIT | IEEE International Symposium on Information Theory | International Symposium on Information Theory
EUSIPCO | European Signal Processing Conference
RECOMB | International Conference on Research in Computational Molecular Biology
BIBM | International Conference on Bioinformatics and Biomedicine
CogSci | Annual Conference of the Cognitive Science Society | Annual Meeting of the Cognitive Science
    Society; Cognitive Science Society
L@S | ACM Conference on Learning at Scale | Conference on Learning at Scale
EDM | International Conference on Educational Data Mining
AIED | International Conference on Artificial Intelligence in Education
"""
_JOURNALS = """
TACL | Transactions of the Association for Computational Linguistics | Transactions of the ACL
Computational Linguistics | Computational Linguistics
TALLIP | ACM Transactions on Asian and Low-Resource Language Information Processing
TASLP | IEEE/ACM Transactions on Audio, Speech, and Language Processing | IEEE Transactions on Audio,
    Speech, and Language Processing; IEEE/ACM TASLP; IEEE TASLP
JMLR | Journal of Machine Learning Research
TMLR | Transactions on Machine Learning Research
Machine Learning | Machine Learning
JAIR | Journal of Artificial Intelligence Research
AIJ | Artificial Intelligence | Artificial Intelligence Journal
TPAMI | IEEE Transactions on Pattern Analysis and Machine Intelligence | IEEE TPAMI; PAMI; Transactions on
    Pattern Analysis and Machine Intelligence
IJCV | International Journal of Computer Vision
TIP | IEEE Transactions on Image Processing | IEEE TIP; Transactions on Image Processing
TMM | IEEE Transactions on Multimedia | IEEE TMM
TCSVT | IEEE Transactions on Circuits and Systems for Video Technology | IEEE TCSVT
TOG | ACM Transactions on Graphics | ACM TOG
TVCG | IEEE Transactions on Visualization and Computer Graphics | IEEE TVCG
TMI | IEEE Transactions on Medical Imaging | IEEE TMI
MedIA | Medical Image Analysis
TGRS | IEEE Transactions on Geoscience and Remote Sensing | IEEE TGRS
Pattern Recognition | Pattern Recognition
Pattern Recognition Letters | Pattern Recognition Letters
TNNLS | IEEE Transactions on Neural Networks and Learning Systems | IEEE TNNLS
Neural Networks | Neural Networks
Neural Computation | Neural Computation
Neurocomputing | Neurocomputing
TKDE | IEEE Transactions on Knowledge and Data Engineering | IEEE TKDE
TKDD | ACM Transactions on Knowledge Discovery from Data | ACM TKDD
DMKD | Data Mining and Knowledge Discovery
TOIS | ACM Transactions on Information Systems | ACM TOIS
TIST | ACM Transactions on Intelligent Systems and Technology | ACM TIST
IPM | Information Processing & Management | Information Processing and Management
Knowledge-Based Systems | Knowledge-Based Systems
ESWA | Expert Systems with Applications
Information Fusion | Information Fusion
Information Sciences | Information Sciences
PVLDB | Proceedings of the VLDB Endowment | VLDB; Proc. VLDB Endow.; International Conference on Very Large
    Data Bases
VLDB Journal | The VLDB Journal | VLDBJ
TODS | ACM Transactions on Database Systems | ACM TODS
PACMMOD | Proceedings of the ACM on Management of Data
PACMPL | Proceedings of the ACM on Programming Languages
PACMHCI | Proceedings of the ACM on Human-Computer Interaction
IMWUT | Proceedings of the ACM on Interactive, Mobile, Wearable and Ubiquitous Technologies
TOPLAS | ACM Transactions on Programming Languages and Systems | ACM TOPLAS
TSE | IEEE Transactions on Software Engineering | IEEE TSE
TOSEM | ACM Transactions on Software Engineering and Methodology | ACM TOSEM
TOCS | ACM Transactions on Computer Systems | ACM TOCS
TPDS | IEEE Transactions on Parallel and Distributed Systems | IEEE TPDS
TC | IEEE Transactions on Computers
TACO | ACM Transactions on Architecture and Code Optimization | ACM TACO
TCAD | IEEE Transactions on Computer-Aided Design of Integrated Circuits and Systems | IEEE TCAD
ToN | IEEE/ACM Transactions on Networking | IEEE Transactions on Networking
TMC | IEEE Transactions on Mobile Computing | IEEE TMC
JSAC | IEEE Journal on Selected Areas in Communications | IEEE JSAC
TWC | IEEE Transactions on Wireless Communications | IEEE TWC
TCOM | IEEE Transactions on Communications
TIFS | IEEE Transactions on Information Forensics and Security | IEEE TIFS
TDSC | IEEE Transactions on Dependable and Secure Computing | IEEE TDSC
TIT | IEEE Transactions on Information Theory | IEEE TIT
TSP | IEEE Transactions on Signal Processing | IEEE TSP
TAC | IEEE Transactions on Automatic Control | IEEE TAC
T-RO | IEEE Transactions on Robotics | IEEE TRO; TRO
RA-L | IEEE Robotics and Automation Letters | RAL; IEEE RA-L
IJRR | The International Journal of Robotics Research
Science Robotics | Science Robotics
TAFFC | IEEE Transactions on Affective Computing
TOCHI | ACM Transactions on Computer-Human Interaction | ACM TOCHI
IEEE Access | IEEE Access
IEEE Micro | IEEE Micro
Proceedings of the IEEE | Proceedings of the IEEE | Proc. IEEE
CSUR | ACM Computing Surveys | ACM CSUR
CACM | Communications of the ACM | Commun. ACM
JACM | Journal of the ACM | J. ACM
SICOMP | SIAM Journal on Computing
Bioinformatics | Bioinformatics
Briefings in Bioinformatics | Briefings in Bioinformatics
Nature | Nature
Nature Communications | Nature Communications | Nat. Commun.; Nat Commun
Nature Machine Intelligence | Nature Machine Intelligence | Nat. Mach. Intell.
Nature Methods | Nature Methods | Nat. Methods
Nature Biotechnology | Nature Biotechnology | Nat. Biotechnol.
Nature Medicine | Nature Medicine | Nat. Med.
Nature Physics | Nature Physics | Nat. Phys.
Nature Neuroscience | Nature Neuroscience | Nat. Neurosci.
Nature Human Behaviour | Nature Human Behaviour | Nat. Hum. Behav.
Nature Computational Science | Nature Computational Science
Scientific Reports | Scientific Reports | Sci. Rep.
Scientific Data | Scientific Data | Sci. Data
Science | Science | Science Magazine
Science Advances | Science Advances | Sci. Adv.
PNAS | Proceedings of the National Academy of Sciences | Proceedings of the National Academy of Sciences of
    the United States of America; Proc. Natl. Acad. Sci.; Proc. Natl. Acad. Sci. USA
PLOS ONE | PLOS ONE
PLOS Biology | PLOS Biology | PLoS Biol.
PLOS Computational Biology | PLOS Computational Biology | PLoS Comput. Biol.
eLife | eLife
Cell | Cell
Neuron | Neuron
Patterns | Patterns
NeuroImage | NeuroImage
The Lancet | The Lancet
NEJM | The New England Journal of Medicine
JAMA | JAMA | Journal of the American Medical Association
NAR | Nucleic Acids Research | Nucleic Acids Res.
PRL | Physical Review Letters | Phys. Rev. Lett.
PRX | Physical Review X | Phys. Rev. X
Physical Review A | Physical Review A | Phys. Rev. A
Physical Review B | Physical Review B | Phys. Rev. B
Physical Review D | Physical Review D | Phys. Rev. D
Physical Review E | Physical Review E | Phys. Rev. E
ApJ | The Astrophysical Journal | Astrophys. J.
MNRAS | Monthly Notices of the Royal Astronomical Society
A&A | Astronomy & Astrophysics | Astronomy and Astrophysics
JACS | Journal of the American Chemical Society | J. Am. Chem. Soc.
Advanced Materials | Advanced Materials | Adv. Mater.
JASA | Journal of the American Statistical Association
Cognition | Cognition
Cognitive Science | Cognitive Science
Frontiers in Psychology | Frontiers in Psychology
Sensors | Sensors
FCS | Frontiers of Computer Science
JCST | Journal of Computer Science and Technology
软件学报 | 软件学报
计算机学报 | 计算机学报 | Chinese Journal of Computers
中文信息学报 | 中文信息学报 | Journal of Chinese Information Processing
"""
_PREPRINTS = """
arXiv | arXiv | CoRR; arXiv preprint; arXiv.org; Computing Research Repository; ArXiv e-prints
bioRxiv | bioRxiv | bioRxiv preprint
medRxiv | medRxiv | medRxiv preprint
ChemRxiv | ChemRxiv
PsyArXiv | PsyArXiv
TechRxiv | TechRxiv
SSRN | SSRN | SSRN Electronic Journal
Research Square | Research Square
"""

# Words that do not tell one venue from another.
_NOISE = frozenset((
    "the", "of", "on", "in", "for", "and", "at", "to", "proceedings", "proc", "annual", "volume", "vol",
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth", "thirtieth", "fortieth", "fiftieth", "sixtieth", "twenty",
    "thirty", "forty", "fifty", "sixty",
))  # fmt: skip
_ABBREVIATED = {
    "int": "international",
    "intl": "international",
    "conf": "conference",
    "symp": "symposium",
    "trans": "transactions",
    "j": "journal",
    "assoc": "association",
    "adv": "advances",
}
_SPONSORS = frozenset(
    {"ieee", "acm", "cvf", "usenix", "rsj", "sigplan", "sigmod", "sigkdd", "siam", "aclweb"}
)
_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:st|nd|rd|th)\b|\d*[^\W_]+")
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
_YEAR_MARK = re.compile(r"['’]\s?\d\d\b|(?<=[A-Za-z])[-_ ]?(?:19|20)?\d\d(?![\w])|\b\d+(?:st|nd|rd|th)\b")
_PARENTHESES = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_TURNED_ROUND = re.compile(r"(.+), ([^,]+ (?:on|of|in))", re.S)
_PREPRINT_NUMBER = re.compile(r"\s*(?:preprint\s+)?(?:arxiv:|abs/|doi:)\S*\s*$|,?\s*abs/\S+", re.I)

_OTHER_EVENT = re.compile(
    r"workshop|demo|tutorial|companion|adjunct|student abstract|extended abstract|findings|industry|doctoral",
    re.I,
)
_NOT_YET = re.compile(r"\bsubmitted\b|\bunder\w* review\b|\bto be submitted\b", re.I)


def find_venue(text: str) -> Venue | None:
    """The venue that this text names, or None where it is none of the table's, or only contains one."""
    return _find(text.strip())


def venue_names() -> tuple[str, ...]:
    """The short name of every venue known, for completion."""
    return tuple(dict.fromkeys(venue.short for venue in _table().values()))


def entry_type(venue: str) -> EntryType:
    """The BibTeX type of what appears at this venue: from the table, else from words such as Journal."""
    if found := find_venue(venue):
        return _ENTRY_TYPES[found.kind]
    for word in re.findall(r"[^\W\d_]+", venue.lower()):
        if word in _TYPE_WORDS:
            return _TYPE_WORDS[word]
    if "学报" in venue or "杂志" in venue:
        return "article"
    return "inproceedings" if "会议" in venue else "misc"


_ENTRY_TYPES: Mapping[Kind, EntryType] = {
    "conference": "inproceedings",
    "journal": "article",
    "preprint": "misc",
}
_CONFERENCE_WORDS = (
    "conference", "conf", "proceedings", "proc", "workshop", "workshops", "symposium", "symp", "congress",
    "colloquium", "meeting", "findings", "konferenz", "tagung", "actes",
)  # fmt: skip
_JOURNAL_WORDS = (
    "journal", "transactions", "trans", "letters", "review", "reviews", "magazine", "annals", "bulletin",
    "archives", "quarterly", "zeitschrift", "revue",
)  # fmt: skip
_PREPRINT_WORDS = ("arxiv", "corr", "preprint", "preprints", "biorxiv", "medrxiv", "ssrn")
_TYPE_WORDS: Mapping[str, EntryType] = {
    **dict.fromkeys(_CONFERENCE_WORDS, _ENTRY_TYPES["conference"]),
    **dict.fromkeys(_JOURNAL_WORDS, _ENTRY_TYPES["journal"]),
    **dict.fromkeys(_PREPRINT_WORDS, _ENTRY_TYPES["preprint"]),
}


@cache
def _find(text: str) -> Venue | None:
    if _NOT_YET.search(text):
        return None
    main = _PREPRINT_NUMBER.sub("", _PARENTHESES.sub(" ", text))
    remarks = _PARENTHESES.findall(text)
    if any(map(_OTHER_EVENT.search, remarks)):  # EMNLP (Findings), ICML (Workshop)
        return _by_name(f"{main} {' '.join(remarks)}")
    if found := _by_name(main):
        return found
    if turned := _TURNED_ROUND.fullmatch(main.strip()):
        return _by_name(f"{turned[2]} {turned[1]}")
    words = set(_words(main))
    for remark in remarks:
        found = _table().get(_words(remark))
        if found and _agree(found, words):
            return found
    return _by_conference_before_comma(main)


def _by_name(text: str) -> Venue | None:
    words = _words(text)
    if found := _table().get(words):
        return found
    start = next((i for i, word in enumerate(words) if word not in _SPONSORS), 0)
    found = _table().get(words[start:]) if start else None
    return found if found and found.kind == "conference" else None


def _by_conference_before_comma(text: str) -> Venue | None:
    """The conference before a place, a date or a volume; a journal's name may go on behind a comma."""
    parts = re.split(r"[,:]", text)
    for end in range(len(parts) - 1, 0, -1):
        if _OTHER_EVENT.search(",".join(parts[end:])):
            return None
        found = _by_name(",".join(parts[:end]))
        if found and found.kind == "conference":
            return found
    return None


def _agree(venue: Venue, words: set[str]) -> bool:
    """Whether a name in parentheses can be meant by the words before it."""
    full = set(_words(venue.full))
    names = full | set(_words(venue.short))
    return len(words & names) >= max(2, len(full) // 2) and not any(map(_OTHER_EVENT.match, words - names))


def _words(text: str) -> tuple[str, ...]:
    """The words that tell venues apart."""
    return _name_words(_YEAR_MARK.sub(" ", text))


def _name_words(name: str) -> tuple[str, ...]:
    """The same for a name without years."""
    tokens = _TOKEN.findall(name.lower().replace("&", " and "))
    return tuple([
        _ABBREVIATED.get(token, token)
        for token in tokens
        if token not in _NOISE and not (token[0].isdigit() and (token.isdigit() or token[-2:] in _ORDINALS))
    ])  # fmt: skip


@cache
def _table() -> Mapping[tuple[str, ...], Venue]:
    table: dict[tuple[str, ...], Venue] = {}
    for venue, names in _rows():
        for name in names:
            table.setdefault(_name_words(name), venue)
    table.pop((), None)
    return table


def _rows() -> Iterator[tuple[Venue, list[str]]]:
    """Every venue with all of its names."""
    kinds: tuple[tuple[Kind, str], ...] = (
        ("conference", _CONFERENCES),
        ("journal", _JOURNALS),
        ("preprint", _PREPRINTS),
    )
    for kind, lines in kinds:
        for line in lines.strip().replace("\n    ", " ").splitlines():
            short, full, *others = (part.strip() for part in line.split("|"))
            yield (
                Venue(short, full, kind),
                [short, full, *(name for text in others for name in text.split(";"))],
            )
