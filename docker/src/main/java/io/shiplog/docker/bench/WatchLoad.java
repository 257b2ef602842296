package io.shiplog.docker.bench;

import io.shiplog.docker.bench.HttpConnection.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Many watchers of one collection while its objects change: events per second over all watchers, and sent-to-seen latency. */
final class WatchLoad {
    private static final int PATIENCE_SECONDS = 60;

    private final Target target;
    private final BenchObjects objects;
    private final int watchers;

    WatchLoad(Target target, BenchObjects objects, int watchers) {
        this.target = target;
        this.objects = objects;
        this.watchers = watchers;
    }

    /**
     * Changes objects and waits until every watcher has seen every change.
     *
     * @param count how many changes
     * @param writers over how many connections
     * @param perSecond changes a second, or 0 for as fast as they go
     */
    Load.Outcome run(int count, int writers, int perSecond) throws IOException, InterruptedException {
        String from = resourceVersion();
        List<HttpConnection> open = new ArrayList<>();
        List<Samples> seen = new ArrayList<>();
        AtomicInteger missed = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(watchers);
        try (ExecutorService readers = Load.threads()) {
            for (int i = 0; i < watchers; i++) {
                HttpConnection connection = target.connect();
                open.add(connection);
                Answer answer = connection.open(objects.collection() + "?watch=true&resourceVersion=" + from);
                if (!answer.good()) {
                    throw new IOException("a watch was refused: " + answer.status() + " " + answer.text());
                }
                Samples samples = new Samples();
                seen.add(samples);
                readers.execute(() -> watch(connection, samples, count, missed, done));
            }
            long start = System.nanoTime();
            Load.Outcome written = write(count, writers, perSecond, start);
            boolean all = done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            long elapsed = System.nanoTime() - start;
            open.forEach(HttpConnection::close);
            Samples latencies = new Samples();
            if (all) {
                seen.forEach(latencies::join);
            }
            String failure =
                    all || written.failure() != null ? written.failure() : "not every watcher saw every change";
            return new Load.Outcome(latencies, elapsed, written.errors() + missed.get(), failure);
        } finally {
            open.forEach(HttpConnection::close);
        }
    }

    private Load.Outcome write(int count, int writers, int perSecond, long start)
            throws IOException, InterruptedException {
        return new Load(target, writers).run(count, (connection, number) -> {
            if (perSecond > 0) {
                long due = start + number * (1_000_000_000L / perSecond);
                LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
            }
            return connection.send(
                    "PATCH", objects.path(number), "application/merge-patch+json", BenchObjects.mergePatch());
        });
    }

    private String resourceVersion() throws IOException {
        try (HttpConnection connection = target.connect()) {
            return Bench.field(connection.get(objects.collection() + "?limit=1").text(), "resourceVersion");
        }
    }

    private static void watch(
            HttpConnection connection, Samples samples, int count, AtomicInteger missed, CountDownLatch done) {
        byte[] rest = new byte[0];
        try {
            while (samples.count() < count) {
                byte[] chunk = connection.nextChunk();
                if (chunk.length == 0) {
                    throw new IOException("the server ended a watch");
                }
                byte[] text = rest.length == 0 ? chunk : joined(rest, chunk);
                int end = endOfLines(text);
                take(text, end, samples);
                rest = Arrays.copyOfRange(text, end, text.length);
            }
        } catch (IOException e) {
            missed.addAndGet(count - samples.count());
        } finally {
            done.countDown();
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** After the last complete line: an event is a line. */
    private static int endOfLines(byte[] text) {
        int end = text.length;
        while (end > 0 && text[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    private static void take(byte[] text, int end, Samples samples) {
        long now = System.nanoTime();
        int at = BenchObjects.sentAt(text, 0, end);
        while (at >= 0) {
            samples.add(now - BenchObjects.sentNanos(text, at, end));
            at = BenchObjects.sentAt(text, at, end);
        }
    }
}
