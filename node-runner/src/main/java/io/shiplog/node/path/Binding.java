package io.shiplog.node.path;

import java.io.IOException;

/** Gives what was opened a path that an engine may be told, and that leads to nothing else. */
@FunctionalInterface
public interface Binding {
    /**
     * @param opened may be closed afterwards
     * @param withMounts whether the mounts below it are seen too
     * @return the path
     * @throws IOException if this process may not mount
     */
    String bind(OpenPath opened, boolean withMounts) throws IOException;
}
