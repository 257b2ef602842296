package io.shiplog.command.kind.batch;

import io.shiplog.command.kind.Kind;
import java.util.List;

/** The kinds of {@code batch}. */
public final class BatchKinds {
    private BatchKinds() {}

    /** All of them. */
    public static List<Kind> all() {
        return List.of(new JobKind(), new CronJobKind());
    }
}
