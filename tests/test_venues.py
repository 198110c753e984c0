from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcli.venues import entry_type, find_venue, venue_names


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("ACL", "ACL"),
        ("In ACL", "ACL"),
        (
            "Proc. of the 60th Annual Meeting of the Association for Computational Linguistics (ACL 2022)",
            "ACL",
        ),
        ("Proceedings of the 57th Annual Meeting of the ACL, Volume 1: Long Papers", "ACL"),
        ("AAAI'25", "AAAI"),
        ("AAAI-90", "AAAI"),
        ("Proceedings of the 39th AAAI Conference on Artificial Intelligence (AAAI)", "AAAI"),
        ("Thirty-Ninth AAAI Conference on Artificial Intelligence, AAAI 2025, Philadelphia, USA", "AAAI"),
        ("Proceedings of the 29th International Conference on Computational Linguistics (COLING)", "COLING"),
        ("NIPS", "NeurIPS"),
        ("NeurIPS (Spotlight)", "NeurIPS"),
        ("Advances in Neural Information Processing Systems 33", "NeurIPS"),
        ("34th Conf. on Neural Information Processing Systems (NeurIPS 2020), Vancouver, Canada", "NeurIPS"),
        ("EMNLP (Main)", "EMNLP"),
        ("EMNLP (Findings)", "Findings of EMNLP"),
        ("EMNLP Findings", "Findings of EMNLP"),
        ("Findings of the Association for Computational Linguistics: EMNLP 2020", "Findings of EMNLP"),
        ("Findings of the Association for Computational Linguistics", "Findings of ACL"),
        ("The IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)", "CVPR"),
        ("Proceedings 2007 IEEE International Conference on Robotics and Automation", "ICRA"),
        ("16th USENIX Symposium on Networked Systems Design and Implementation (NSDI 19)", "NSDI"),
        ("Proceedings of the 41st International Conference on Machine Learning, PMLR 235", "ICML"),
        ("ICML24", "ICML"),
        ("SC '22", "SC"),
        ("IEEE TPAMI", "TPAMI"),
        ("IEEE Transactions on Pattern Analysis and Machine Intelligence (TPAMI), IF=18.6, 2025", "TPAMI"),
        ("Mobile Computing, IEEE Transactions on", "TMC"),
        ("PloS one", "PLOS ONE"),
        ("Nature", "Nature"),
        ("Phys. Rev. Lett.", "PRL"),
        ("Physical Review A", "Physical Review A"),
        ("Proc. VLDB Endow. 14(3)", "PVLDB"),
        ("arXiv", "arXiv"),
        ("arXiv preprint arXiv:2508.02520", "arXiv"),
        ("CoRR abs/2508.02520", "arXiv"),
        ("计算机学报", "计算机学报"),
    ],
)
def test_a_venue_is_known_by_any_of_its_names(text: str, short: str) -> None:
    found = find_venue(text)

    assert found is not None
    assert found.short == short


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025",
        "Proceedings of the",
        "Oracle",
        "Advanced Control Lab (ACL)",
        "Journal of Nature Studies",
        "Nature Reviews Materials",
        "Science, Technology & Human Values",
        "Physical Review",
        "CVPR Workshops",
        "Proceedings of the ICAPS-07 Workshop on AI Planning and Learning",
        "Proceedings of the IEEE Conference on Computer Vision and Pattern Recognition Workshops",
        "2015 AAAI Spring Symposium Series",
        "ICML 2024, Workshop on Foundation Models",
        "ICML (Workshop)",
        "Proceedings of EMNLP 2020: System Demonstrations",
        "Submitted to European Conference on Computer Vision (ECCV)",
        "NeurIPS 2030, under review",
        "IEEE Security & Privacy",
        "Annals of Mathematical Logic",
    ],
)
def test_a_venue_is_not_guessed_from_a_part_of_its_name(text: str) -> None:
    assert find_venue(text) is None


def test_every_full_name_leads_back_to_its_venue() -> None:
    venues = [venue for name in venue_names() if (venue := find_venue(name))]

    forms = [
        (venue.short, form)
        for venue in venues
        for form in (venue.full, f"Proceedings of the 12th {venue.full} ({venue.short} 2019)")
    ]

    assert [
        (short, form) for short, form in forms if (found := find_venue(form)) and found.short != short
    ] == []
    assert len(venues) == len(venue_names()) > 250


def test_no_name_stands_for_two_venues() -> None:
    names = Counter(venue_names())

    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize(
    ("venue", "kind"),
    [
        ("AAAI", "inproceedings"),
        ("Proceedings of the VLDB Endowment", "article"),
        ("TPAMI", "article"),
        ("arXiv", "misc"),
        ("Proceedings of the 7th Workshop on Disfluency in Spontaneous Speech", "inproceedings"),
        ("Symposium on Small Things", "inproceedings"),
        ("Journal of Physics: Conference Series", "article"),
        ("Transactions on Small Things", "article"),
        ("Small Things Letters", "article"),
        ("北京大学学报", "article"),
        ("Some arXiv listing", "misc"),
        ("Springer", "misc"),
        ("", "misc"),
    ],
)
def test_the_entry_type_follows_the_venue(venue: str, kind: str) -> None:
    assert entry_type(venue) == kind


@given(st.text(max_size=80))
def test_any_text_may_be_asked_about(text: str) -> None:
    find_venue(text)
    entry_type(text)
