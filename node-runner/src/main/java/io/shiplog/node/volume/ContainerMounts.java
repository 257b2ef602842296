package io.shiplog.node.volume;

import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerEngine.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Whether a running container of this node has a folder mounted, in the kernel's words: a pod that was deleted with force is gone from
 * the API before its containers end.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
public final class ContainerMounts implements Predicate<Path> {
    /** Of a line: the root of the mount within its file system. */
    private static final int ROOT = 3;

    private final ContainerEngine engine;
    private final Map<String, String> labels;

    /** @param labels of the node's containers */
    public ContainerMounts(ContainerEngine engine, Map<String, String> labels) {
        this.engine = engine;
        this.labels = Map.copyOf(labels);
    }

    /** @throws io.shiplog.node.engine.EngineException if the engine does not answer */
    @Override
    public boolean test(Path folder) {
        return engine.list(labels).stream().mapToLong(Container::pid).anyMatch(pid -> pid > 0 && has(pid, folder));
    }

    private static boolean has(long pid, Path folder) {
        try {
            return has(Files.readString(Path.of("/proc", Long.toString(pid), "mountinfo")), folder);
        } catch (IOException e) {
            return false; // the process has ended
        }
    }

    /**
     * Whether a folder, or one below it, is mounted. Compares its name and its parent's: a path in a mount begins at the root of its file
     * system, which need not be that of the machine.
     */
    static boolean has(String mountInfo, Path folder) {
        int names = folder.getNameCount();
        String wanted = "/" + folder.subpath(names - 2, names) + "/";
        return mountInfo
                .lines()
                .map(line -> line.split(" "))
                .anyMatch(fields ->
                        fields.length > ROOT && (fields[ROOT].replaceFirst("//deleted$", "") + "/").contains(wanted));
    }
}
