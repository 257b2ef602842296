package io.shiplog.docker.transfer;

import io.shiplog.events.log.ChainWalk;
import io.shiplog.events.log.CloudEventLine;
import io.shiplog.events.log.CloudEventLine.MalformedLineException;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.LogCopy.BrokenChainException;
import io.shiplog.events.log.RecentLinks;
import io.shiplog.events.log.Signatures;
import io.shiplog.events.log.SignedHead;
import io.shiplog.events.log.Signers;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Verifies an exported log from its lines alone: each link of the hash chain, and the heads signed by the cluster. */
public final class FileVerification {
    private static final int MOST_FINDINGS = 100;

    private final Signers signers;
    private final Map<String, Walk> walks = new TreeMap<>();

    private FileVerification(Signers signers) {
        this.signers = signers;
    }

    /**
     * The result for a shard.
     *
     * @param oldest the first revision of the file: above 1, its link is not verified
     * @param newest the last one
     * @param head the link of that one
     * @param signatures the signed heads
     * @param findings deviations from what was written, by line
     */
    public record Outcome(
            String shard,
            long oldest,
            long newest,
            String head,
            long events,
            Signatures signatures,
            List<String> findings) {
        public Outcome {
            findings = List.copyOf(findings);
        }

        /** How many events follow the newest valid signature. */
        public long unsigned() {
            return newest - signatures.newest().map(SignedHead::revision).orElse(oldest - 1);
        }

        /** Whether there are no findings, and the last event is signed: events after the last signature are not proven. */
        public boolean good() {
            return findings.isEmpty()
                    && signatures
                            .newest()
                            .filter(last -> last.revision() == newest)
                            .isPresent();
        }
    }

    /**
     * Reads a whole file.
     *
     * @param signers the cluster's public keys, from the cluster itself: not from the file's source
     * @return each shard's result, by name; none for a file without events
     * @throws IllegalArgumentException if a line is not from an export, with its number
     */
    public static List<Outcome> of(BufferedReader lines, Signers signers) throws IOException {
        FileVerification verification = new FileVerification(signers);
        long number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            try {
                verification.take(number, line);
            } catch (MalformedLineException e) {
                if (lines.read() < 0 && verification.brokenEnd(number)) {
                    break;
                }
                throw new IllegalArgumentException("line %d: %s".formatted(number, e.getMessage()), e);
            }
        }
        return verification.walks.values().stream().map(Walk::outcome).toList();
    }

    /** A last line that is no line of an export: the file was truncated within it. False if nothing comes before it. */
    private boolean brokenEnd(long number) {
        walks.values().forEach(walk -> walk.find(number, "the file is truncated: its last line is incomplete"));
        return !walks.isEmpty();
    }

    private void take(long number, String line) {
        if (HeadLine.is(line)) {
            SignedHead head = HeadLine.read(line);
            walk(head.cluster(), head.shard()).head(number, head);
        } else if (!KeyLine.is(line)) {
            CloudEventLine.Read read = CloudEventLine.read(line.getBytes(StandardCharsets.UTF_8));
            walk(read.cluster(), read.event().shard()).event(number, read.event());
        }
    }

    private Walk walk(String cluster, String shard) {
        Walk walk = walks.computeIfAbsent(shard, name -> new Walk(cluster, name));
        if (!walk.cluster.equals(cluster)) {
            throw new MalformedLineException(
                    "it is of the cluster '%s', the lines before of '%s'".formatted(cluster, walk.cluster));
        }
        return walk;
    }

    private final class Walk {
        private final String cluster;
        private final String shard;
        private final RecentLinks links = new RecentLinks(signers);
        private final List<String> findings = new ArrayList<>();
        private ChainWalk chain;
        private long oldest;
        private long events;

        private Walk(String cluster, String shard) {
            this.cluster = cluster;
            this.shard = shard;
            this.chain = ChainWalk.anywhere(shard);
        }

        private void event(long number, Event event) {
            try {
                chain.to(event);
            } catch (BrokenChainException e) {
                find(number, e.getMessage());
                chain = ChainWalk.behind(shard, event.revision(), event.epoch(), event.chain());
            }
            oldest = events == 0 ? event.revision() : oldest;
            events++;
            links.add(event.revision(), event.chain());
        }

        private void head(long number, SignedHead head) {
            if (events > 0 && head.revision() < oldest) {
                return;
            }
            String wrong = links.add(head);
            if (wrong != null) {
                find(number, "revision %d %s".formatted(head.revision(), wrong));
            }
        }

        private void find(long number, @Nullable String what) {
            if (findings.size() < MOST_FINDINGS) {
                findings.add("line %d: %s".formatted(number, what));
            }
        }

        private Outcome outcome() {
            return new Outcome(shard, oldest, chain.revision(), chain.chain(), events, links.signatures(), findings);
        }
    }
}
