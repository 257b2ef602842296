package io.shiplog.node.pod.plan;

import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.observed.ObservedPod;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step for a pod. Plans consist of these, and only {@code PodEffects} executes them. */
public sealed interface PodStep {
    /** The name of the effect while it is in progress; two of one name never run concurrently. */
    String name();

    /** The start of the name of a preStop hook. */
    String PRE_STOP = "preStop ";

    /** The start of the name of a resize. */
    String RESIZE = "resize ";

    /** Creates the pod's files and directories. */
    record PrepareVolumes() implements PodStep {
        @Override
        public String name() {
            return "volumes";
        }
    }

    /** Creates and starts the sandbox and attaches it to the network. */
    record StartSandbox(int attempt) implements PodStep {
        @Override
        public String name() {
            return "sandbox";
        }
    }

    /** Attaches a running sandbox to the network: after a restart of the runner. */
    record AttachNetwork(String sandboxId) implements PodStep {
        @Override
        public String name() {
            return "sandbox";
        }
    }

    /** Pulls the image if needed, creates the container, starts it, runs its postStart hook. */
    record StartContainer(DesiredContainer container, int attempt) implements PodStep {
        @Override
        public String name() {
            return ObservedPod.starting(container.name());
        }
    }

    /** Runs the preStop hook. The stop signal does not wait for it beyond the grace period. */
    record RunPreStop(DesiredContainer container, ObservedPod.Ending ending) implements PodStep {
        @Override
        public String name() {
            return PRE_STOP + ending.containerId();
        }
    }

    /** Gives a running container other cpu and memory limits. */
    record ResizeContainer(DesiredContainer container, String containerId) implements PodStep {
        @Override
        public String name() {
            return RESIZE + container.name();
        }
    }

    /** Records that a container must end. Takes effect at once, in memory. */
    record BeginEnding(String container, ObservedPod.Ending ending) implements PodStep {
        @Override
        public String name() {
            return "begin " + container;
        }
    }

    /** Sends the container's stop signal. */
    record Terminate(String container, ObservedPod.Ending ending, String signal) implements PodStep {
        @Override
        public String name() {
            return "stop " + ending.containerId();
        }
    }

    /** Sends SIGKILL, even while a preStop hook is running: its grace period is over. */
    record Kill(String container, ObservedPod.Ending ending) implements PodStep {
        @Override
        public String name() {
            return "kill " + ending.containerId();
        }
    }

    /** Removes dead containers that are no longer needed. */
    record RemoveContainers(List<String> ids) implements PodStep {
        public RemoveContainers {
            ids = List.copyOf(ids);
        }

        @Override
        public String name() {
            return "remove";
        }
    }

    /** Detaches the pod from the network and removes its sandboxes. */
    record RemoveSandboxes(List<String> ids) implements PodStep {
        public RemoveSandboxes {
            ids = List.copyOf(ids);
        }

        @Override
        public String name() {
            return "sandbox";
        }
    }

    /** Fails the pod: its active deadline has passed. */
    record GiveUp(ObservedPod.PodFailure failure) implements PodStep {
        @Override
        public String name() {
            return "give up";
        }
    }

    /** Nothing of the pod runs: removes its containers and files, then reports that its object can be deleted. */
    record Finish() implements PodStep {
        @Override
        public String name() {
            return "finish";
        }
    }

    /** The steps to take now, and when to plan again if nothing happens before. */
    record Plan(List<PodStep> steps, @Nullable Instant lookAgain) {
        public Plan {
            steps = List.copyOf(steps);
        }
    }
}
