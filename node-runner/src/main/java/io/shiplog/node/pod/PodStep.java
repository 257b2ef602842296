package io.shiplog.node.pod;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing to do for a pod. Plans are made of these, and only {@code PodEffects} takes them. */
sealed interface PodStep {
    /** What the effect is called while it is under way; two of one name never run at once. */
    String name();

    static String starting(String container) {
        return "start " + container;
    }

    /** Makes the pod's files and folders. */
    record PrepareVolumes() implements PodStep {
        @Override
        public String name() {
            return "volumes";
        }
    }

    /** Makes and starts the sandbox and has the network take it. */
    record StartSandbox(int attempt) implements PodStep {
        @Override
        public String name() {
            return "sandbox";
        }
    }

    /** Has the network take a sandbox that runs already: after a restart of the runner. */
    record AttachNetwork(String sandboxId) implements PodStep {
        @Override
        public String name() {
            return "sandbox";
        }
    }

    /** Fetches the image if need be, makes the container, starts it, runs its postStart hook. */
    record StartContainer(DesiredContainer container, int attempt) implements PodStep {
        @Override
        public String name() {
            return starting(container.name());
        }
    }

    /** Runs the preStop hook. */
    record RunPreStop(DesiredContainer container, ObservedPod.Ending ending) implements PodStep {
        @Override
        public String name() {
            return "stop " + ending.containerId();
        }
    }

    /** Notes that a container must end. Takes effect at once, in memory. */
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

    /** Sends SIGKILL, even while a preStop hook still runs: its time is over. */
    record Kill(String container, ObservedPod.Ending ending) implements PodStep {
        @Override
        public String name() {
            return "kill " + ending.containerId();
        }
    }

    /** Removes dead containers that nobody needs any more. */
    record RemoveContainers(List<String> ids) implements PodStep {
        public RemoveContainers {
            ids = List.copyOf(ids);
        }

        @Override
        public String name() {
            return "remove";
        }
    }

    /** Takes the pod off the network and removes its sandboxes. */
    record RemoveSandboxes(List<String> ids) implements PodStep {
        public RemoveSandboxes {
            ids = List.copyOf(ids);
        }

        @Override
        public String name() {
            return "sandbox";
        }
    }

    /** Gives the pod up: its active deadline has passed. */
    record GiveUp(ObservedPod.PodFailure failure) implements PodStep {
        @Override
        public String name() {
            return "give up";
        }
    }

    /** Nothing of the pod runs: removes its containers and files, then tells the cluster that it may go. */
    record Finish() implements PodStep {
        @Override
        public String name() {
            return "finish";
        }
    }

    /** What to do now, and when to look again if nothing happens before. */
    record Plan(List<PodStep> steps, @Nullable Instant lookAgain) {
        public Plan {
            steps = List.copyOf(steps);
        }
    }
}
