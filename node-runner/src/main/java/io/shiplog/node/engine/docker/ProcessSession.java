package io.shiplog.node.engine.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes of an exec. Docker has no call to end one; but its first process leads a session of its own, and this machine's {@code
 * /proc} shows who else is in it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 */
final class ProcessSession {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessSession.class);
    private static final Path PROC = Path.of("/proc");
    /** Of the fields behind the program's name: state, parent, group, session. */
    private static final int SESSION_FIELD = 3;
    /** A process may have forked while the others were found. */
    private static final int ROUNDS = 3;

    private ProcessSession() {}

    /**
     * Kills the processes of a session that are in a container's cgroup: a pid may have been given to another process meanwhile.
     *
     * @param leader the first process, as this machine numbers it
     */
    static void kill(long leader, String container) {
        for (int round = 0; round < ROUNDS; round++) {
            List<Long> members = members(leader, container);
            if (members.isEmpty()) {
                return;
            }
            for (long pid : members) {
                boolean unused = ProcessHandle.of(pid)
                        .map(ProcessHandle::destroyForcibly)
                        .orElse(false);
            }
        }
    }

    private static List<Long> members(long leader, String container) {
        List<Long> members = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : all) {
                if (session(process) == leader
                        && text(process.resolve("cgroup")).contains(container)) {
                    members.add(Long.parseLong(process.getFileName().toString()));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("the processes of a session cannot be listed: {}", e.toString());
        }
        return members;
    }

    private static long session(Path process) {
        return sessionOf(text(process.resolve("stat")));
    }

    /** The session in a {@code stat} line; the name in it may contain anything. */
    static long sessionOf(String stat) {
        int end = stat.lastIndexOf(')');
        String[] fields =
                end < 0 ? new String[0] : stat.substring(end + 1).strip().split(" ");
        return fields.length > SESSION_FIELD ? Long.parseLong(fields[SESSION_FIELD]) : -1;
    }

    /** Empty if the process is gone. */
    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
