package io.shiplog.docker.bench;

import io.shiplog.docker.bench.HttpConnection.Answer;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs operations on a set of objects and reports them. */
final class Measurement {
    private static final int FULL_LISTS = 10;
    private static final int LABEL_LISTS = 50;
    private static final int PAGE = 500;
    private static final int PAGED_LISTS = 5;
    private static final int WATCH_WRITERS = 8;
    private static final int WARM_WATCHERS = 50;
    private static final int WARM_CHANGES = 3_000;
    private static final int PACED_PER_SECOND = 100;
    private static final int PACED_SECONDS = 5;

    private final Target target;
    private final BenchObjects objects;
    private final int count;
    private final Load load;
    /** As the server stored them: the body of an update. */
    private final AtomicReferenceArray<byte @Nullable []> stored;

    Measurement(Target target, BenchObjects objects, int count, int connections) {
        this.target = target;
        this.objects = objects;
        this.count = count;
        this.load = new Load(target, connections);
        this.stored = new AtomicReferenceArray<>(count);
    }

    void warmUp() throws IOException, InterruptedException {
        create();
        for (int i = 0; i < 2; i++) {
            get();
            update();
            patch();
        }
        new WatchLoad(target, objects, WARM_WATCHERS).run(Math.min(count, WARM_CHANGES), WATCH_WRITERS, 0);
        delete();
    }

    /** @return how many requests failed */
    int run(Operation operation, int watchers, int changes, ProcessUse process, Report report)
            throws IOException, InterruptedException {
        return switch (operation) {
            case CREATE -> measure("create", this::create, process, report);
            case GET -> measure("get", this::get, process, report);
            case UPDATE -> {
                readMissing();
                yield measure("update", this::update, process, report);
            }
            case PATCH -> measure("patch", this::patch, process, report);
            case APPLY -> measure("apply", this::apply, process, report);
            case LIST ->
                measure("list all", this::listAll, process, report)
                        + measure("list 1 %", this::listByLabel, process, report);
            case LIST_PAGE -> measure("page of " + PAGE, this::listPages, process, report);
            case WATCH -> {
                WatchLoad watch = new WatchLoad(target, objects, watchers);
                int paced = Math.min(changes, PACED_PER_SECOND * PACED_SECONDS);
                yield measure("watch", () -> watch.run(changes, WATCH_WRITERS, 0), process, report)
                        + measure(
                                "watch paced",
                                () -> watch.run(paced, WATCH_WRITERS, PACED_PER_SECOND),
                                process,
                                report);
            }
            case DELETE -> measure("delete", this::delete, process, report);
        };
    }

    @FunctionalInterface
    private interface Work {
        Load.Outcome run() throws IOException, InterruptedException;
    }

    private static int measure(String name, Work work, ProcessUse process, Report report)
            throws IOException, InterruptedException {
        double before = process.cpuMillis();
        Load.Outcome outcome = work.run();
        report.row(name, outcome, process.cpuMillis() - before, process.residentMebibytes());
        return outcome.errors();
    }

    private Load.Outcome create() throws IOException, InterruptedException {
        byte[][] bodies = bodies(objects::body);
        return load.run(count, (connection, number) -> {
            Answer answer = connection.send("POST", objects.collection(), "application/json", bodies[number]);
            keep(number, answer);
            return answer;
        });
    }

    private Load.Outcome get() throws IOException, InterruptedException {
        return load.run(count, (connection, number) -> connection.get(objects.path(number)));
    }

    private void keep(int number, Answer answer) {
        if (answer.good()) {
            stored.set(number, answer.body());
        }
    }

    /** Objects of an earlier run were created before. */
    private void readMissing() throws IOException, InterruptedException {
        int[] missing =
                IntStream.range(0, count).filter(i -> stored.get(i) == null).toArray();
        load.run(missing.length, (connection, at) -> {
            Answer answer = connection.get(objects.path(missing[at]));
            keep(missing[at], answer);
            return answer;
        });
    }

    private Load.Outcome update() throws IOException, InterruptedException {
        byte[][] bodies = bodies(this::next);
        return load.run(
                count,
                (connection, number) ->
                        connection.send("PUT", objects.path(number), "application/json", bodies[number]));
    }

    /** All bodies, built before the clock starts. */
    private byte[][] bodies(IntFunction<byte[]> body) {
        return IntStream.range(0, count).mapToObj(body).toArray(byte[][]::new);
    }

    /** The body of an update; for a missing object, a new one: the server's refusal then counts. */
    private byte[] next(int number) {
        byte[] known = stored.get(number);
        return known == null ? objects.body(number) : BenchObjects.updated(known);
    }

    private Load.Outcome patch() throws IOException, InterruptedException {
        return load.run(
                count,
                (connection, number) -> connection.send(
                        "PATCH", objects.path(number), "application/merge-patch+json", BenchObjects.mergePatch()));
    }

    /** Server-side apply of the whole object, with a value that differs each time. */
    private Load.Outcome apply() throws IOException, InterruptedException {
        byte[][] bodies = bodies(number -> BenchObjects.updated(objects.body(number)));
        return load.run(
                count,
                (connection, number) -> connection.send(
                        "PATCH",
                        objects.path(number) + "?fieldManager=shiplog-bench&force=true",
                        "application/apply-patch+yaml",
                        bodies[number]));
    }

    private Load.Outcome delete() throws IOException, InterruptedException {
        return load.run(
                count, (connection, number) -> connection.send("DELETE", objects.path(number), "", new byte[0]));
    }

    private Load.Outcome listAll() throws IOException, InterruptedException {
        return new Load(target, 1).run(FULL_LISTS, (connection, number) -> connection.get(objects.collection()));
    }

    private Load.Outcome listByLabel() throws IOException, InterruptedException {
        return new Load(target, 1)
                .run(
                        LABEL_LISTS,
                        (connection, number) ->
                                connection.get(objects.collection() + "?labelSelector=hundredth%3D" + number % 100));
    }

    private Load.Outcome listPages() throws IOException, InterruptedException {
        int pages = Math.max(1, (count + PAGE - 1) / PAGE);
        String[] next = {""};
        return new Load(target, 1).run(pages * PAGED_LISTS, (connection, number) -> {
            String place = next[0].isEmpty() ? "" : "&continue=" + URLEncoder.encode(next[0], StandardCharsets.UTF_8);
            Answer answer = connection.get(objects.collection() + "?limit=" + PAGE + place);
            next[0] = answer.good() ? continuation(answer) : "";
            return answer;
        });
    }

    /** It is in the list's metadata, before or after the items. */
    private static String continuation(Answer answer) {
        String text = answer.text();
        int head = Math.min(text.length(), 1_000);
        String atHead = Bench.field(text.substring(0, head), "continue");
        return atHead.isEmpty() ? Bench.field(text.substring(text.length() - head), "continue") : atHead;
    }
}
