package io.shiplog.node.path;

import java.io.IOException;

/** Gives an opened file or directory a path for the engine that leads to nothing else. */
@FunctionalInterface
public interface Binding {
    /**
     * @param opened may be closed afterwards
     * @param withMounts whether the mounts below it are included
     * @return the path
     * @throws IOException if this process may not mount
     */
    String bind(OpenPath opened, boolean withMounts) throws IOException;
}
