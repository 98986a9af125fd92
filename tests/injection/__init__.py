"""Orders hidden in what strangers write, and a model that obeys every one of them."""
