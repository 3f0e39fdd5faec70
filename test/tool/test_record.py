"""test_record.py - plain data is equal, printed, copied and kept from change."""

import unittest

import samples  # noqa: F401, finds cmrxlib
from cmrxlib.record import asdict, field, record, replace


@record
class Pair:
    name: str
    size: int = 4
    parts: list = field(default_factory=list)


@record(frozen=True)
class Shape:
    base: int
    size: int


class Record(unittest.TestCase):
    def test_fields_are_given_by_place_or_name_or_default(self):
        pair = Pair("a", parts=[1])
        self.assertEqual((pair.name, pair.size, pair.parts), ("a", 4, [1]))
        self.assertEqual(Pair("a", 8).size, 8)
        for wrong in ((), ("a", 1, [], 2)):
            with self.assertRaises(TypeError):
                Pair(*wrong)
        with self.assertRaises(TypeError):
            Pair("a", colour=1)

    def test_each_has_a_list_of_its_own(self):
        one, other = Pair("a"), Pair("a")
        one.parts.append(1)
        self.assertEqual(other.parts, [])
        self.assertFalse(hasattr(Pair, "parts"))

    def test_a_list_that_is_given_is_taken_as_it_is(self):
        parts = []
        self.assertIs(Pair("a", 1, parts).parts, parts)

    def test_equal_is_what_has_the_same_class_and_fields(self):
        self.assertEqual(Pair("a"), Pair("a", 4, []))
        self.assertNotEqual(Pair("a"), Pair("a", 5))
        self.assertNotEqual(Pair("a"), Pair("b"))
        self.assertNotEqual(Shape(1, 2), (1, 2))
        self.assertNotEqual(Pair(1, 2), Shape(1, 2))

    def test_it_says_what_it_is(self):
        self.assertEqual(repr(Pair("a")), "Pair(name='a', size=4, parts=[])")

    def test_only_what_is_frozen_can_be_a_key(self):
        self.assertEqual({Shape(1, 2): 3}[Shape(1, 2)], 3)
        with self.assertRaises(TypeError):
            hash(Pair("a"))

    def test_what_is_frozen_is_not_changed(self):
        shape = Shape(1, 2)
        with self.assertRaisesRegex(AttributeError, "Shape.base is frozen"):
            shape.base = 3
        with self.assertRaisesRegex(AttributeError, "Shape.base is frozen"):
            del shape.base
        self.assertEqual(shape, Shape(1, 2))

    def test_a_copy_has_what_was_changed(self):
        self.assertEqual(replace(Pair("a", 1, [2]), size=3), Pair("a", 3, [2]))
        with self.assertRaises(TypeError):
            replace(Pair("a"), colour=1)

    def test_as_a_dictionary_with_all_that_is_in_it(self):
        inner = Pair("b", 1, [(1, "x")])
        outer = Pair("a", {"key": inner}, [inner])
        plain = {"name": "b", "size": 1, "parts": [(1, "x")]}
        found = asdict(outer)
        self.assertEqual(found, {"name": "a", "size": {"key": plain},
                                 "parts": [plain]})
        found["parts"][0]["parts"].append(1)
        self.assertEqual(inner.parts, [(1, "x")])


if __name__ == "__main__":
    unittest.main()
