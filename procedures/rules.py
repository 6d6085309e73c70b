"""What a procedure's own words must look like: codes, keys, and the words of the profile that fill in forms."""

# National code of an administrative procedure, such as 1.001193.
CODE = r"[0-9]\.[0-9]{6}"
# Keys of groups, fields and papers: they become names in the page and in the API, so nothing like ``__class__``.
KEY = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*"
KEY_LENGTH = 60

# What a citizen tells once; ``address`` is {"province", "commune", "street"}.
PROFILE_KEYS = ("full_name", "identity_number", "birth_on", "gender", "phone", "email", "address")
