"""The API: by noun, serializers and views together. It checks shapes, calls one service or read."""
