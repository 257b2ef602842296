package io.shiplog.docker.e2e;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** Makes one ConfigMap after another, and remembers which were acknowledged and what was said of the others. */
final class Writes implements AutoCloseable {
    private static final int CREATED = 201;
    /** How long an answer may take that is waited for. */
    private static final long PATIENCE_MILLIS = 120_000;

    private final Api api;
    private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
    private final List<Api.Answer> refused = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean stopped;

    private Writes(Api api, String prefix) {
        this.api = api;
        this.thread = Thread.ofVirtual().unstarted(() -> write(prefix));
    }

    static Writes begin(Api api, String prefix) {
        Writes writes = new Writes(api, prefix);
        writes.thread.start();
        return writes;
    }

    private void write(String prefix) {
        for (int i = 0; !stopped; i++) {
            String name = prefix + "-" + i;
            try {
                Api.Answer answer = api.createConfigMap(name);
                if (answer.code() == CREATED) {
                    acknowledged.add(name);
                } else {
                    refused.add(answer);
                }
            } catch (IOException e) {
                // It was not acknowledged.
            } catch (InterruptedException e) {
                return;
            }
            tell();
        }
    }

    private synchronized void tell() {
        notifyAll();
    }

    Set<String> acknowledged() {
        return Set.copyOf(acknowledged);
    }

    List<Api.Answer> refused() {
        return List.copyOf(refused);
    }

    /** Waits until so many more have been acknowledged. */
    void awaitAcknowledged(int more) throws InterruptedException {
        int wanted = acknowledged.size() + more;
        await(() -> acknowledged.size() >= wanted, more + " more acknowledged writes");
    }

    /** Waits until so many more have been refused. */
    void awaitRefused(int more) throws InterruptedException {
        int wanted = refused.size() + more;
        await(() -> refused.size() >= wanted, more + " more refused writes");
    }

    private synchronized void await(java.util.function.BooleanSupplier reached, String what)
            throws InterruptedException {
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!reached.getAsBoolean()) {
            long left = deadline - System.currentTimeMillis();
            if (left <= 0) {
                throw new AssertionError(
                        "no " + what + "; last refusal: " + (refused.isEmpty() ? "none" : refused.getLast()));
            }
            wait(left);
        }
    }

    /** Stops; what was acknowledged stays known. */
    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
