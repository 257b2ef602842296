package io.shiplog.docker.bench;

import io.shiplog.docker.bench.HttpConnection.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** The queries about the past of the benchmark, each with its response time in nanoseconds. */
final class HistoryQuestions {
    private static final String CAUSES = "/apis/history.shiplog.io/v1/namespaces/" + LongLog.NAMESPACE + "/causes";
    private static final int CHAIN = 30;
    /** The first revisions create the objects. */
    private final long first;

    private final long last;
    private final int objects;
    private final Random random = new Random(2);

    HistoryQuestions(long last, int objects) {
        this.first = objects;
        this.last = last;
        this.objects = objects;
    }

    private long revision() {
        return first + 1 + random.nextLong(last - first);
    }

    /** One object at a random revision, at which it may be deleted. */
    long oneObject(HttpConnection connection) throws IOException {
        long start = System.nanoTime();
        Answer answer = connection.get("/at/" + revision() + LongLog.path(random.nextInt(objects)));
        return took(start, answer, answer.status() == 404);
    }

    /** All objects at a random revision: a list of each of the two kinds. */
    long allObjects(HttpConnection connection) throws IOException {
        String past = "/at/" + revision() + "/api/v1/namespaces/" + LongLog.NAMESPACE;
        long start = System.nanoTime();
        Answer maps = connection.get(past + "/configmaps");
        took(start, maps, false);
        return took(start, connection.get(past + "/pods"), false);
    }

    /** Why a change was made: its causes, thirty-two events back, each with its changed fields. */
    long why(HttpConnection connection) throws IOException {
        long revision = first + (last - first) / 2 + random.nextLong((last - first) / 2);
        byte[] question = """
                {"apiVersion":"history.shiplog.io/v1","kind":"Cause","spec":{"change":"%d"}}""".formatted(revision).getBytes(StandardCharsets.UTF_8);
        long start = System.nanoTime();
        Answer answer = connection.send("POST", CAUSES, "application/json", question);
        long took = took(start, answer, false);
        if (answer.text().split("\"previous\"", -1).length <= CHAIN) {
            throw new IOException("the causes of change %d end early: %s".formatted(revision, answer.text()));
        }
        return took;
    }

    /** All changes of one object, from its first event to its last. */
    long story(HttpConnection connection) throws IOException {
        int number = random.nextInt(objects);
        long start = System.nanoTime();
        Answer answer = connection.get("/apis/history.shiplog.io/v1/namespaces/" + LongLog.NAMESPACE
                + "/changes?fieldSelector=object.name=" + LongLog.name(number) + ",object.resource="
                + (number % 2 == 0 ? "configmaps" : "pods") + "&order=newest");
        return took(start, answer, false);
    }

    private static long took(long start, Answer answer, boolean fine) throws IOException {
        if (!answer.good() && !fine) {
            throw new IOException("the answer was %d: %s".formatted(answer.status(), answer.text()));
        }
        return System.nanoTime() - start;
    }

    /**
     * The speed of a watch.
     *
     * @param events sent per second
     * @param log events of the log read per second
     */
    record Pace(double events, double log) {}

    /** Watches the ConfigMaps from revision 1 to the log's end. */
    Pace watch(HttpConnection connection) throws IOException {
        long start = System.nanoTime();
        Answer answer = connection.open("/api/v1/namespaces/" + LongLog.NAMESPACE
                + "/configmaps?watch=true&resourceVersion=1&allowWatchBookmarks=true");
        if (!answer.good()) {
            throw new IOException("the watch was refused: %d %s".formatted(answer.status(), answer.text()));
        }
        long events = 0;
        long newest = last - objects / 10;
        byte[] mark = "\"resourceVersion\":\"".getBytes(StandardCharsets.US_ASCII);
        for (long seen = 0; seen < newest; ) {
            byte[] chunk = connection.nextChunk();
            if (chunk.length == 0) {
                throw new IOException("the watch ended at revision " + seen);
            }
            for (int i = 0; i < chunk.length; i++) {
                events += chunk[i] == '\n' ? 1 : 0;
            }
            seen = Math.max(seen, newestIn(chunk, mark));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Pace(events / seconds, newest / seconds);
    }

    /** The last complete resourceVersion in a piece of an answer, 0 if there is none. */
    private static long newestIn(byte[] chunk, byte[] mark) {
        for (int at = chunk.length - mark.length; at >= 0; at--) {
            if (chunk[at] == mark[0] && java.util.Arrays.equals(chunk, at, at + mark.length, mark, 0, mark.length)) {
                long value = 0;
                for (int i = at + mark.length; i < chunk.length; i++) {
                    if (chunk[i] == '"') {
                        return value;
                    }
                    value = value * 10 + chunk[i] - '0';
                }
            }
        }
        return 0;
    }
}
