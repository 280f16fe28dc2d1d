"""The numbers on which a container worker and its parent agree."""

from __future__ import annotations

from tutela.detect.media import container_frames, protocol


def test_the_frames_are_apart_from_each_other_and_from_those_of_media_workers() -> None:
    own = {container_frames.MEMBER, container_frames.DATA, container_frames.MEMBER_END}
    media = {
        protocol.READY, protocol.DIGESTS, protocol.FORM, protocol.FACTS, protocol.TROUBLE, protocol.END
    }  # fmt: skip
    assert len(own) == 3
    assert not own & media
    assert min(own) >= protocol.CONTAINER_FRAMES


def test_the_head_of_a_member_and_its_longest_path_fit_into_one_frame() -> None:
    assert container_frames.MEMBER_HEAD.size + container_frames.PATH_BYTES_MAX <= protocol.PAYLOAD_MAX


def test_the_answers_of_the_parent_are_single_bytes() -> None:
    assert {len(answer) for answer in (container_frames.WANTED, container_frames.SKIPPED)} == {1}
    assert container_frames.WANTED != container_frames.SKIPPED


def test_so_many_descriptors_fit_into_one_message() -> None:
    assert container_frames.SEGMENTS_PER_MESSAGE <= 253
