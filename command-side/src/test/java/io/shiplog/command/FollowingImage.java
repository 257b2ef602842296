package io.shiplog.command;

import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.log.EventLog;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.ImageSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** An image that follows logs; it can be held back, as a slow reader is. */
public final class FollowingImage implements ImageSource {
    private final ImageEvolution evolution;
    private final Collection<EventLog> logs;
    private final List<Waiting> waiting = new ArrayList<>();
    private volatile Image image;
    private final AtomicInteger turns = new AtomicInteger();
    private volatile boolean held;

    private record Waiting(String shard, long revision, CompletableFuture<Image> reached) {}

    public FollowingImage(Collection<EventLog> logs) {
        this(logs, TestKinds.CATALOGUE);
    }

    public FollowingImage(Collection<EventLog> logs, KindCatalogue kinds) {
        this.logs = logs;
        this.evolution = new ImageEvolution(kinds);
        this.image = evolution.first();
        logs.forEach(log -> log.tail(0, batch -> catchUp()));
    }

    /** Stops following. */
    public void hold() {
        held = true;
    }

    /** Resumes following where it stopped. */
    public void release() {
        held = false;
        catchUp();
    }

    /** One thread at a time, and without a lock while it reads: the log may hold its own while it calls. */
    private void catchUp() {
        if (turns.getAndIncrement() > 0) {
            return; // the current deliverer checks once more
        }
        int looked;
        do {
            looked = turns.get();
            follow();
        } while (turns.addAndGet(-looked) > 0);
    }

    private void follow() {
        if (held) {
            return;
        }
        for (EventLog log : logs) {
            log.read(
                    image.revision(log.shard()),
                    Long.MAX_VALUE,
                    batch -> image = evolution.evolve(image, log.shard(), batch).image());
        }
        List<Waiting> done;
        synchronized (this) {
            done = waiting.stream()
                    .filter(each -> image.revision(each.shard()) >= each.revision())
                    .toList();
            waiting.removeAll(done);
        }
        done.forEach(each -> each.reached().complete(image));
    }

    @Override
    public Image current() {
        return image;
    }

    @Override
    public CompletionStage<Image> newest(String shard) {
        long end = logs.stream()
                .filter(log -> log.shard().equals(shard))
                .mapToLong(log -> log.end().toCompletableFuture().join())
                .max()
                .orElse(0);
        return atLeast(shard, end);
    }

    @Override
    public synchronized CompletionStage<Image> atLeast(String shard, long revision) {
        if (image.revision(shard) >= revision) {
            return CompletableFuture.completedFuture(image);
        }
        Waiting entry = new Waiting(shard, revision, new CompletableFuture<>());
        waiting.add(entry);
        return entry.reached();
    }

    @Override
    public Subscription subscribe(ImageListener listener) {
        throw new UnsupportedOperationException("no test subscribes");
    }
}
