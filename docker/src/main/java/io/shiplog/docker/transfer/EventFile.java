package io.shiplog.docker.transfer;

import io.shiplog.docker.transfer.Copying.Copied;
import io.shiplog.docker.transfer.Copying.ForeignLogException;
import io.shiplog.docker.transfer.Stretch.Part;
import io.shiplog.events.log.CloudEventLine;
import io.shiplog.events.log.CloudEventLine.MalformedLineException;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.LogCopy;
import io.shiplog.events.log.LogCopy.BrokenChainException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A log as lines of text, each a CloudEvent: shard after shard, every shard's events in order. */
public final class EventFile {
    private static final int FLUSH_AFTER = 8_192;

    private EventFile() {}

    /**
     * Writes a part of a shard.
     *
     * @throws UncheckedIOException if nobody takes it
     */
    public static void write(String cluster, EventLog log, Part part, OutputStream out) {
        log.read(part.after(), part.upTo(), batch -> {
            try {
                for (Event event : batch) {
                    out.write(CloudEventLine.write(cluster, event));
                    out.write('\n');
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /**
     * Reads lines into a cluster's log, from its beginning or from where it was broken off.
     *
     * @param targets the copy into a shard by its name, null if the cluster has no such shard; asked once for each
     * @return what was written, by shard
     * @throws IllegalArgumentException if a line is no event of this cluster, with its number
     * @throws ForeignLogException if what is in the target is not the beginning of the file
     */
    public static Map<String, Copied> read(BufferedReader lines, String cluster, Function<String, LogCopy> targets)
            throws IOException {
        Map<String, Intake> intakes = new TreeMap<>();
        long number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            try {
                Event event = event(line, cluster);
                intakes.computeIfAbsent(event.shard(), shard -> new Intake(targets.apply(shard)))
                        .take(event);
            } catch (MalformedLineException | BrokenChainException e) {
                throw new IllegalArgumentException("line %d: %s".formatted(number, e.getMessage()), e);
            }
        }
        Map<String, Copied> copied = new TreeMap<>();
        intakes.forEach((shard, intake) -> copied.put(shard, intake.finish(shard)));
        return copied;
    }

    private static Event event(String line, String cluster) {
        CloudEventLine.Read read = CloudEventLine.read(line.getBytes(StandardCharsets.UTF_8));
        if (!read.cluster().equals(cluster)) {
            throw new IllegalArgumentException(
                    "the file is of the cluster '%s', the target of '%s'".formatted(read.cluster(), cluster));
        }
        return read.event();
    }

    /** The lines of one shard, on their way into its copy. */
    private static final class Intake {
        private final LogCopy target;
        private final long found;
        private final String chain;
        private long last;
        private int unsafe;

        private Intake(LogCopy target) {
            this.target = target;
            this.found = target.revision();
            this.chain = target.chain();
        }

        private void take(Event event) {
            if (last == 0 && found > 0 && event.revision() > found + 1) {
                throw new ForeignLogException(event.shard(), found, "the file begins at " + event.revision());
            }
            last = event.revision();
            if (last < found) {
                return;
            }
            if (last == found) {
                if (!event.chain().equals(chain)) {
                    throw new ForeignLogException(event.shard(), found, "that event is another one in the file");
                }
                return;
            }
            target.write(List.of(event));
            if (++unsafe >= FLUSH_AFTER) {
                unsafe = 0;
                target.flush();
            }
        }

        private Copied finish(String shard) {
            if (last < found) {
                throw new ForeignLogException(shard, found, "the file ends at " + last);
            }
            target.flush();
            return new Copied(found, target.revision());
        }
    }
}
