package io.shiplog.docker.bench;

import io.shiplog.docker.bench.HttpConnection.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Sends requests over a fixed number of connections, each of which sends the next one as soon as it has its answer. */
final class Load {
    /** The maximum time without any answer on all connections together. */
    private static final int ANSWER_SECONDS = 60;

    private final Target target;
    private final int connections;

    Load(Target target, int connections) {
        this.target = target;
        this.connections = connections;
    }

    /** One request of a load; numbers are handed out once each, from 0. */
    @FunctionalInterface
    interface Request {
        Answer send(HttpConnection connection, int number) throws IOException;
    }

    /**
     * The result of a load.
     *
     * @param failure the answer to the first failed request, or null
     */
    record Outcome(
            Samples samples,
            long elapsedNanos,
            int errors,
            @Nullable String failure) {}

    /** Sends requests 0 to {@code count - 1} and returns when all have been answered. */
    Outcome run(int count, Request request) throws IOException, InterruptedException {
        List<HttpConnection> open = new ArrayList<>();
        AtomicReference<@Nullable String> failure = new AtomicReference<>();
        AtomicInteger errors = new AtomicInteger();
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService workers = threads()) {
            // Connections are opened before the clock starts: a handshake is not an operation.
            for (int i = 0; i < Math.min(connections, count); i++) {
                open.add(target.connect());
            }
            long start = System.nanoTime();
            List<Future<Samples>> running = new ArrayList<>();
            for (HttpConnection connection : open) {
                running.add(workers.submit(() -> work(connection, next, count, request, errors, failure)));
            }
            Samples all = new Samples();
            for (Future<Samples> each : running) {
                all.join(join(each, next, count, open));
            }
            return new Outcome(all, System.nanoTime() - start, errors.get(), failure.get());
        } finally {
            open.forEach(HttpConnection::close);
        }
    }

    private Samples work(
            HttpConnection first,
            AtomicInteger next,
            int count,
            Request request,
            AtomicInteger errors,
            AtomicReference<@Nullable String> failure)
            throws IOException {
        Samples samples = new Samples();
        HttpConnection connection = first;
        for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
            long start = System.nanoTime();
            String wrong;
            try {
                Answer answer = request.send(connection, number);
                wrong = answer.good()
                        ? null
                        : answer.status() + " " + answer.text().strip();
            } catch (IOException e) {
                wrong = e.toString();
                connection.close();
                connection = target.connect();
            }
            if (wrong == null) {
                samples.add(System.nanoTime() - start);
            } else {
                errors.incrementAndGet();
                failure.compareAndSet(null, wrong);
            }
        }
        if (connection != first) {
            connection.close();
        }
        return samples;
    }

    /**
     * A platform thread per connection: the kernel wakes it from a blocked read at once, while a virtual one adds a poller and
     * a scheduler, and the client shares its cores with the server.
     */
    static ExecutorService threads() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("bench-", 0).factory());
    }

    /** A worker's samples. If no worker gets an answer for too long, the server counts as hung and all are aborted. */
    private static Samples join(Future<Samples> worker, AtomicInteger next, int count, List<HttpConnection> open)
            throws IOException, InterruptedException {
        while (true) {
            int before = next.get();
            try {
                return worker.get(ANSWER_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                if (next.get() == before) {
                    next.set(count);
                    open.forEach(HttpConnection::close);
                    throw new IOException("the server has not answered for " + ANSWER_SECONDS + " s", e);
                }
            } catch (ExecutionException e) {
                throw new IOException("a connection was lost and could not be made again: " + e.getCause(), e);
            }
        }
    }
}
