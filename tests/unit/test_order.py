"""What an order is."""


def test_placeholder():
    assert True
