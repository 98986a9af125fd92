"""The desk: cehua in a browser. `server` starts it; `app` is the layout, `handlers` turn events into calls, `views` draw."""
