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
import io.shiplog.events.log.SignedHead;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.seal.KeyRecord;
import io.shiplog.events.seal.Seal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A log as lines of text: shard after shard, every shard's events in order, each a CloudEvent; followed by the wrapped data
 * keys of their encrypted objects.
 */
public final class EventFile {
    private static final int FLUSH_AFTER = 8_192;

    private EventFile() {}

    /**
     * The result of an import.
     *
     * @param copied the written events, by shard
     * @param keys in the order in which they must be stored
     * @param sealed the types whose newest event is encrypted
     */
    public record Read(Map<String, Copied> copied, List<KeyRecord> keys, SortedSet<ResourceType> sealed) {
        public Read {
            copied = Map.copyOf(copied);
            keys = List.copyOf(keys);
            sealed = Collections.unmodifiableSortedSet(new TreeSet<>(sealed));
        }
    }

    /**
     * Writes a part of a shard, with the signed heads in it.
     *
     * @param log in its stored form
     * @param signer of the cluster's heads: signs the last one written; empty if the key is not available
     * @return the ids of the data keys of its encrypted objects
     * @throws UncheckedIOException if the output fails
     */
    public static Set<String> write(
            String cluster, EventLog log, Part part, Optional<PrivateKey> signer, OutputStream out) {
        Writing writing = new Writing(cluster, out);
        log.read(part.after(), part.upTo(), writing);
        Event last = writing.last;
        if (last != null) {
            signer.map(key -> SignedHead.sign(key, cluster, log.shard(), last.revision(), last.chain(), Instant.now()))
                    .ifPresent(writing::onHead);
        }
        return writing.keyIds;
    }

    private static final class Writing implements EventLog.BatchReader {
        private final String cluster;
        private final OutputStream out;
        private final Set<String> keyIds = new TreeSet<>();
        private @Nullable Event last;

        private Writing(String cluster, OutputStream out) {
            this.cluster = cluster;
            this.out = out;
        }

        @Override
        public void onEvents(List<Event> batch) {
            for (Event event : batch) {
                line(CloudEventLine.write(cluster, event), out);
                String keyId = Seal.keyId(event.object());
                if (keyId != null) {
                    keyIds.add(keyId);
                }
                last = event;
            }
        }

        @Override
        public void onHead(SignedHead head) {
            line(HeadLine.write(head), out);
        }
    }

    /**
     * Writes wrapped data keys.
     *
     * @throws UncheckedIOException if the output fails
     */
    public static void write(String cluster, List<KeyRecord> keys, OutputStream out) {
        keys.forEach(key -> line(KeyLine.write(cluster, key), out));
    }

    private static void line(byte[] line, OutputStream out) {
        try {
            out.write(line);
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads lines into a cluster's log, from its beginning or from where it was interrupted. The caller stores the keys.
     *
     * @param targets the copy into a shard by its name; called once for each
     * @throws IllegalArgumentException if a line is neither an event nor a key of this cluster, with its number
     * @throws ForeignLogException if the target's content is not the beginning of the file
     */
    public static Read read(BufferedReader lines, String cluster, Function<String, LogCopy> targets)
            throws IOException {
        Map<String, Intake> intakes = new TreeMap<>();
        List<KeyRecord> keys = new ArrayList<>();
        SortedSet<ResourceType> sealed = new TreeSet<>();
        long number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            try {
                if (KeyLine.is(line)) {
                    keys.add(key(line, cluster));
                } else if (HeadLine.is(line)) {
                    SignedHead head = HeadLine.read(line);
                    mustBe(cluster, head.cluster());
                    Intake intake = intakes.get(head.shard());
                    if (intake != null) {
                        intake.take(head);
                    }
                } else {
                    Event event = event(line, cluster);
                    intakes.computeIfAbsent(event.shard(), shard -> new Intake(targets.apply(shard)))
                            .take(event);
                    note(event, sealed);
                }
            } catch (MalformedLineException | BrokenChainException e) {
                throw new IllegalArgumentException("line %d: %s".formatted(number, e.getMessage()), e);
            }
        }
        Map<String, Copied> copied = new TreeMap<>();
        intakes.forEach((shard, intake) -> copied.put(shard, intake.finish(shard)));
        return new Read(copied, keys, sealed);
    }

    private static void note(Event event, SortedSet<ResourceType> sealed) {
        if (Seal.isSealed(event.object())) {
            sealed.add(event.key().type());
        } else {
            sealed.remove(event.key().type());
        }
    }

    private static Event event(String line, String cluster) {
        CloudEventLine.Read read = CloudEventLine.read(line.getBytes(StandardCharsets.UTF_8));
        mustBe(cluster, read.cluster());
        return read.event();
    }

    private static KeyRecord key(String line, String cluster) {
        KeyLine.Read read = KeyLine.read(line);
        mustBe(cluster, read.cluster());
        return read.key();
    }

    private static void mustBe(String cluster, String found) {
        if (!found.equals(cluster)) {
            throw new IllegalArgumentException(
                    "the file is of the cluster '%s', the target of '%s'".formatted(found, cluster));
        }
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

        /** A head of existing events exists, too. */
        private void take(SignedHead head) {
            if (head.revision() > found) {
                target.head(head);
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
