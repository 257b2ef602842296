package io.shiplog.command.control.autoscale;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;

/**
 * Brings a recommendation within stabilization windows, policies and bounds. Pure but for what the memory learns.
 *
 * @param replicas the size to scale to
 * @param able the reason of the condition AbleToScale, with its message
 * @param isLimited the status of the condition ScalingLimited
 * @param limited its reason, with its message
 * @see <a href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#configurable-scaling-behavior">Configurable scaling
 *     behavior</a>
 */
record Limits(int replicas, Said able, boolean isLimited, Said limited) {
    /** As {@code --horizontal-pod-autoscaler-downscale-stabilization}. */
    static final Duration DOWN_WINDOW = Duration.ofMinutes(5);

    private static final int FACTOR = 2;
    private static final int AT_LEAST_UP_TO = 4;
    private static final double PERCENT = 100;
    private static final Said READY = new Said("ReadyForNewScale", "recommended size matches current size");
    private static final Said WITHIN =
            new Said("DesiredWithinRange", "the desired count is within the acceptable range");
    private static final Said DOWN_STABILIZED = new Said(
            "ScaleDownStabilized",
            "recent recommendations were higher than current one, applying the highest recent recommendation");
    private static final Said UP_STABILIZED = new Said(
            "ScaleUpStabilized",
            "recent recommendations were lower than current one, applying the lowest recent recommendation");
    private static final Said TOO_FAST_UP =
            new Said("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate");
    private static final Said TOO_FAST_DOWN =
            new Said("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate");
    private static final Said TOO_MANY =
            new Said("TooManyReplicas", "the desired replica count is more than the maximum replica count");
    private static final Said TOO_FEW =
            new Said("TooFewReplicas", "the desired replica count is less than the minimum replica count");

    record Said(String reason, String message) {}

    private record Bound(int replicas, Said why) {}

    /** @param current of the target; least and most of the autoscaler */
    record Sizes(int current, int least, int most) {}

    /** Of a recommendation of the metrics. */
    static Limits of(JsonNode spec, Sizes sizes, int recommended, ScalingMemory memory, Instant now) {
        JsonNode behavior = spec.path("behavior");
        return behavior.isObject()
                ? byBehavior(behavior, sizes, recommended, memory, now)
                : byDefault(sizes, recommended, memory, now);
    }

    private static Limits byDefault(Sizes sizes, int recommended, ScalingMemory memory, Instant now) {
        int stable = memory.highest(recommended, DOWN_WINDOW, now);
        memory.recommends(recommended, now);
        int fastest = Math.max(FACTOR * sizes.current(), AT_LEAST_UP_TO);
        Bound up = sizes.most() > fastest ? new Bound(fastest, TOO_FAST_UP) : new Bound(sizes.most(), TOO_MANY);
        Bound result = stable < sizes.least()
                ? new Bound(sizes.least(), TOO_FEW)
                : stable > up.replicas() ? up : new Bound(stable, WITHIN);
        return limits(result, stable, stable == recommended ? READY : DOWN_STABILIZED);
    }

    private static Limits limits(Bound result, int stable, Said able) {
        return new Limits(result.replicas(), able, result.replicas() != stable, result.why());
    }

    private static Limits byBehavior(
            JsonNode behavior, Sizes sizes, int recommended, ScalingMemory memory, Instant now) {
        JsonNode up = behavior.path("scaleUp");
        JsonNode down = behavior.path("scaleDown");
        int lowest = memory.lowest(recommended, window(up, Duration.ZERO), now);
        int highest = memory.highest(recommended, window(down, DOWN_WINDOW), now);
        memory.recommends(recommended, now);
        int stable = Math.min(Math.max(sizes.current(), lowest), highest);
        Said able = stable == recommended ? READY : recommended >= sizes.current() ? UP_STABILIZED : DOWN_STABILIZED;
        return limits(rated(up, down, sizes, stable, memory, now), stable, able);
    }

    private static Duration window(JsonNode rules, Duration otherwise) {
        JsonNode seconds = rules.path("stabilizationWindowSeconds");
        return seconds.isNumber() ? Duration.ofSeconds(seconds.asLong()) : otherwise;
    }

    private static Bound rated(JsonNode up, JsonNode down, Sizes sizes, int stable, ScalingMemory memory, Instant now) {
        if (stable > sizes.current()) {
            int fastest = Math.max(sizes.current(), fastestUp(up, sizes.current(), memory, now));
            Bound most = sizes.most() > fastest ? new Bound(fastest, TOO_FAST_UP) : new Bound(sizes.most(), TOO_MANY);
            return stable > most.replicas() ? most : new Bound(stable, WITHIN);
        }
        if (stable < sizes.current()) {
            int fastest = Math.min(sizes.current(), fastestDown(down, sizes.current(), memory, now));
            Bound least =
                    sizes.least() < fastest ? new Bound(fastest, TOO_FAST_DOWN) : new Bound(sizes.least(), TOO_FEW);
            return stable < least.replicas() ? least : new Bound(stable, WITHIN);
        }
        return new Bound(stable, WITHIN);
    }

    private static int fastestUp(JsonNode rules, int current, ScalingMemory memory, Instant now) {
        String select = rules.path("selectPolicy").asText("Max");
        if (select.equals("Disabled")) {
            return current;
        }
        boolean least = select.equals("Min");
        int result = least ? Integer.MAX_VALUE : Integer.MIN_VALUE;
        for (JsonNode policy : rules.path("policies")) {
            int then = memory.atBeginning(current, period(policy), now);
            int proposed = policy.path("type").asText().equals("Pods")
                    ? then + policy.path("value").asInt()
                    : (int) Math.ceil(then * (1 + policy.path("value").asInt() / PERCENT));
            result = least ? Math.min(result, proposed) : Math.max(result, proposed);
        }
        return result;
    }

    private static int fastestDown(JsonNode rules, int current, ScalingMemory memory, Instant now) {
        String select = rules.path("selectPolicy").asText("Max");
        if (select.equals("Disabled")) {
            return current;
        }
        boolean least = select.equals("Min");
        int result = least ? Integer.MIN_VALUE : Integer.MAX_VALUE;
        for (JsonNode policy : rules.path("policies")) {
            int then = memory.atBeginning(current, period(policy), now);
            int proposed = policy.path("type").asText().equals("Pods")
                    ? then - policy.path("value").asInt()
                    : (int) (then * (1 - policy.path("value").asInt() / PERCENT));
            result = least ? Math.max(result, proposed) : Math.min(result, proposed);
        }
        return result;
    }

    private static Duration period(JsonNode policy) {
        return Duration.ofSeconds(policy.path("periodSeconds").asLong());
    }
}
