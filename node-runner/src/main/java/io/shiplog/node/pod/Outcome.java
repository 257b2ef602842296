package io.shiplog.node.pod;

import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.net.PodNetwork.PodAddress;
import io.shiplog.node.pod.observed.ObservedPod.Ending;
import io.shiplog.node.pod.observed.ObservedPod.Trouble;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of a step. */
sealed interface Outcome {
    /** @param trouble null if all files exist */
    record VolumesPrepared(@Nullable Trouble trouble) implements Outcome {}

    record SandboxStarted(Container sandbox, PodAddress address) implements Outcome {}

    /** @param sandbox what exists of it, null if nothing */
    record SandboxFailed(@Nullable Container sandbox, Trouble trouble) implements Outcome {}

    record ContainerStarted(String name, Container container) implements Outcome {}

    /** The container was created and could not be started: its state says why. */
    record ContainerFailed(String name, Container container) implements Outcome {}

    /** The container could not be created; to be retried. */
    record ContainerNotMade(String name, Trouble trouble) implements Outcome {}

    /** @param hookFailure postStart failed, so that the container must end; null if it did not */
    record Hooked(String name, Container container, String hookFailure) implements Outcome {}

    /**
     * A container was given other limits, or not.
     *
     * @param trouble why not; null if it was
     */
    record Resized(
            String name, String containerId, @Nullable Trouble trouble) implements Outcome {}

    record EndingAdvanced(String name, Ending ending) implements Outcome {}

    record Removed(List<String> ids) implements Outcome {
        public Removed {
            ids = List.copyOf(ids);
        }
    }

    record Finished() implements Outcome {}

    /** The engine did not answer: the step must be planned again. */
    record TryAgain(String message) implements Outcome {}
}
