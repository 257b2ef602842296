package io.shiplog.command.control.loop;

import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.projections.image.Image;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Commands that a loop sent before it restarted. Until all are answered, and all accepted ones are in the image, a new plan could
 * repeat them.
 */
public final class InFlightCommands {
    private final Map<Integer, Integer> unanswered = new HashMap<>();
    private final Map<String, Long> accepted = new HashMap<>();
    private int settledLife;

    /** A command is sent. */
    public void sent(int life) {
        unanswered.merge(life, 1, Integer::sum);
    }

    /** It is answered. */
    public void answered(int life, String shard, @Nullable CommandResult result) {
        unanswered.computeIfPresent(life, (l, count) -> count == 1 ? null : count - 1);
        if (result instanceof Accepted each && each.outcome() != CommandResult.Outcome.UNCHANGED) {
            accepted.merge(shard, each.revision(), Math::max);
        }
    }

    /** Whether the image contains the results of everything sent before the restart. */
    public boolean isIn(Image image, int life) {
        if (life == settledLife) {
            return true;
        }
        boolean answered = unanswered.keySet().stream().allMatch(each -> each >= life);
        boolean shown = accepted.entrySet().stream().allMatch(each -> image.revision(each.getKey()) >= each.getValue());
        if (answered && shown) {
            settledLife = life;
        }
        return answered && shown;
    }
}
