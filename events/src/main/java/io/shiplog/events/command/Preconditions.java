package io.shiplog.events.command;

import org.jspecify.annotations.Nullable;

/** What must hold for the object when the command is decided. Null checks nothing. */
public record Preconditions(@Nullable String uid, @Nullable String resourceVersion) {
    public static final Preconditions NONE = new Preconditions(null, null);
}
