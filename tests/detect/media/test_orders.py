"""Orders to a nursery."""

from __future__ import annotations

from tutela.detect.media import orders


def test_an_order_holds_a_memory_limit_or_a_process_id() -> None:
    for order, value in ((orders.FORK, 512 << 20), (orders.REAP, 4_194_304)):
        assert orders.ORDER.unpack(orders.ORDER.pack(order, value)) == (order, value)
    assert orders.REAPED.unpack(orders.REAPED.pack(-1, 1 << 20, 1 << 40)) == (-1, 1 << 20, 1 << 40)
