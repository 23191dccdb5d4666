"""XML: ELAN's .eaf, and the event lists of NSRR and Compumedics Profusion.

None of these forms has a document type, so a file that brings one is refused before it can define anything: entities
that grow without end, and files that are read from elsewhere, both need one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from detector.scoring.marks import Annotations, Mark
from detector.scoring.reading.numbers import AnnotationError, duration_s, mark, number, seconds_ns

if TYPE_CHECKING:
    from pathlib import Path

_DEEPEST = 100
_MS_NS = 1_000_000


def read(data: bytes, path: Path) -> Annotations:
    """Read a file of any of these forms."""
    root = _tree(data, path)
    if root.tag == "ANNOTATION_DOCUMENT":
        return Annotations("ELAN", tuple(_elan(root, path)))
    events = [each for each in root.iter("ScoredEvent") if each.findtext("Start") is not None]
    if events:
        form = "Profusion XML" if root.tag == "CMPStudyConfig" else "NSRR XML"
        return Annotations(form, tuple(map(_scored, events)))
    raise AnnotationError(f"{path.name} is XML, but neither of ELAN nor a list of scored events")


def _tree(data: bytes, path: Path) -> Element:
    builder = TreeBuilder()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise AnnotationError(f"{path.name} nests its XML too deep to be a file of annotations")
        builder.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name)

    def refuse(*_: object) -> int:
        raise AnnotationError(f"{path.name} brings a document type of its own, which files of annotations never do")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat's own way to say that this is all
        return builder.close()
    except (expat.ExpatError, ValueError, LookupError, AssertionError) as error:
        raise AnnotationError(f"{path.name} is no XML that can be read ({error})") from error


def _elan(root: Element, path: Path) -> list[Mark]:
    times = {slot.get("TIME_SLOT_ID"): slot.get("TIME_VALUE") for slot in root.iter("TIME_SLOT")}
    marks = []
    for tier in root.iter("TIER"):
        for each in tier.iter("ALIGNABLE_ANNOTATION"):
            begin, end = (times.get(each.get(f"TIME_SLOT_REF{number}")) for number in (1, 2))
            if begin is None or end is None:
                raise AnnotationError(f"{path.name} has an annotation without a time: give it one in ELAN")
            begin_ns, end_ns = (round(number(words, "a time") * _MS_NS) for words in (begin, end))
            seconds_ns(repr(begin_ns / 1e9), "a time")
            label = (each.findtext("ANNOTATION_VALUE") or "").strip() or tier.get("TIER_ID") or ""
            marks.append(mark(begin_ns, duration_s(repr(max(end_ns - begin_ns, 0) / 1e9)), label))
    return marks


def _scored(event: Element) -> Mark:
    label = (event.findtext("EventConcept") or event.findtext("Name") or "").split("|")[0]
    return mark(seconds_ns(event.findtext("Start") or "", "a start"), duration_s(event.findtext("Duration")), label)
