"""Publications as text: one module per algorithm, the target language is a value."""
