"""Made-up names, the same for the same seed, so that two demos look alike."""

from random import Random

_FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
]
_MIDDLE = {
    "female": ["Thị", "Thị Thu", "Thị Ngọc", "Thị Kim", "Minh", "Thị Hồng"],
    "male": ["Văn", "Hữu", "Đức", "Quốc", "Minh", "Thanh"],
}
_GIVEN = {
    "female": ["Hoa", "Lan", "Hương", "Mai", "Trang", "Thảo", "Phượng", "Yến", "Ngân", "Loan", "Hạnh", "Tuyết"],
    "male": ["Nam", "Bình", "Dũng", "Hùng", "Long", "Phúc", "Sơn", "Thắng", "Tuấn", "Việt", "Khôi", "Đạt"],
}


def person_name(seed: str, gender: str | None = None) -> str:
    """Return a plausible Vietnamese name for a seed."""
    dice = Random(seed)  # noqa: S311 - names, not secrets
    gender = gender or dice.choice(["female", "male"])
    return " ".join([dice.choice(_FAMILY), dice.choice(_MIDDLE[gender]), dice.choice(_GIVEN[gender])])
