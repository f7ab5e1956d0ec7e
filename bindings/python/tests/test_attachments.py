"""Files on customers: from bytes, paths and open files, and back."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import crmkit
import pytest
from conftest import Create

KEY = "CRM202405010001"


def test_what_is_read_back_is_what_went_in(me: crmkit.Session, create: Create, tmp_path: Path) -> None:
    create()
    content = bytes(range(256)) * 4_000
    path = tmp_path / "报价单.pdf"
    path.write_bytes(content)
    with path.open("rb") as opened:
        given = [path, str(path), opened, io.BytesIO(content), content, bytearray(content), memoryview(content)]
        for one in given:
            file = crmkit.AttachmentFile(one, name="报价单.pdf", kind="报价单")
            assert file.size == len(content) and repr(file) == "AttachmentFile(1024000 bytes)"
            attached = me.attachments.add(KEY, file)
            assert attached.digest == hashlib.sha256(content).hexdigest()
            assert me.attachments.open(attached.id).read() == content
    parts = me.attachments.open(attached.id)
    assert parts.attachment == attached
    assert [len(part) for part in parts] == [262_144, 262_144, 262_144, 237_568]
    assert len(list(me.attachments.iterate(kind="quote"))) == len(given)


def test_a_path_gives_its_name(me: crmkit.Session, create: Create, tmp_path: Path) -> None:
    create()
    path = tmp_path / "纪要.txt"
    path.write_text("三点意见", "utf-8")
    attached = me.attachments.add(KEY, crmkit.AttachmentFile(path, kind="会议纪要"))
    assert (attached.name, attached.media_type, attached.kind.code) == ("纪要.txt", "text/plain", "minutes")


def test_files_come_with_a_conversation(me: crmkit.Session, create: Create) -> None:
    create()
    minutes = crmkit.AttachmentFile(b"x", name="纪要.txt", kind="会议纪要")
    recorded = me.follow_ups.add(KEY, method="phone", topic="报价", content="客户要报价", files=[minutes])
    assert [file.name for file in me.attachments.list(follow_up=recorded.follow_up.id).items] == ["纪要.txt"]
    late = crmkit.AttachmentFile(b"y", name="补充.txt", kind="会议纪要", follow_up=recorded.follow_up.id)
    assert me.attachments.add(KEY, late).follow_up == recorded.follow_up.id


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"x" * (10 * 1024 * 1024 + 1), "attachment.too_large"),
        (Path("/nowhere/x.pdf"), "source.missing"),
        (Path("/"), "source.device"),
        (io.StringIO("x"), "field.type"),
        (7, "field.type"),
    ],
)
def test_what_is_no_file_is_refused(content: object, code: str) -> None:
    with pytest.raises(crmkit.InvalidError) as failed:
        crmkit.AttachmentFile(content, name="x.pdf", kind="quote")  # type: ignore[arg-type]
    assert failed.value.code == code and failed.value.fields == ("attachment.content",)


def test_a_name_leads_nowhere(me: crmkit.Session, create: Create) -> None:
    create()
    with pytest.raises(crmkit.InvalidError) as failed:
        me.attachments.add(KEY, crmkit.AttachmentFile(b"x", name="../../x"))
    assert failed.value.fields == ("attachment.name", "attachment_kind")
