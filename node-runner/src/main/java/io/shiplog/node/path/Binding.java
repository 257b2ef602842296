package io.shiplog.node.path;

import java.io.IOException;

/** Gives an opened file or directory a path for the engine that leads to nothing else. */
@FunctionalInterface
public interface Binding {
    /** What is mounted, and how. */
    enum Form {
        /** Without the mounts below it. */
        ALONE,
        /** With the mounts below it. */
        WITH_MOUNTS,
        /** With the mounts below it, each read-only. */
        ALL_READ_ONLY,
        /** Without the mounts below it, read-only, and its programs cannot be executed: what several pods share. */
        CONTENT
    }

    /**
     * @param opened may be closed afterwards
     * @return the path
     * @throws IOException if this process may not mount, or the kernel is too old for the form
     */
    String bind(OpenPath opened, Form form) throws IOException;
}
