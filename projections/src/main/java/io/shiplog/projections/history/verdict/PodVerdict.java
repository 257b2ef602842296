package io.shiplog.projections.history.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.cause.ContainerEnd;
import io.shiplog.projections.history.verdict.Culprit.Aspect;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The state of an existing pod. */
final class PodVerdict {
    private static final Set<String> BEGINNING = Set.of("ContainerCreating", "PodInitializing", "");
    private static final Set<String> PULL =
            Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");
    private static final Pattern MISSING = Pattern.compile("(configmap|secret) \"([^\"]+)\" not found");
    private static final Pattern NOT_FOUND =
            Pattern.compile("not found|manifest unknown|does not exist|repository .* not", Pattern.CASE_INSENSITIVE);
    private static final Pattern DENIED =
            Pattern.compile("unauthorized|denied|authentication required", Pattern.CASE_INSENSITIVE);

    private final Evidence evidence;
    private final StoredObject pod;
    private final JsonNode tree;
    private final JsonNode status;
    private final Chain chain;
    private final Culprit culprit;

    PodVerdict(Evidence evidence, StoredObject pod, Chain chain) {
        this.evidence = evidence;
        this.pod = pod;
        this.tree = pod.json().tree();
        this.status = tree.path("status");
        this.chain = chain;
        this.culprit = new Culprit(evidence, pod, chain);
    }

    /** One or two lines. */
    List<String> lines() {
        String phase = status.path("phase").asText("Pending");
        if (phase.equals("Succeeded")) {
            return List.of("Finished: its containers completed" + onNode() + ".");
        }
        if (phase.equals("Failed")) {
            return failed();
        }
        if (tree.path("spec").path("nodeName").asText("").isEmpty()) {
            return unscheduled();
        }
        Optional<List<String>> lost = nodeLost();
        if (lost.isPresent()) {
            return lost.get();
        }
        for (String list : List.of("initContainerStatuses", "containerStatuses")) {
            for (JsonNode entry : status.path(list)) {
                List<String> trouble = trouble(entry);
                if (!trouble.isEmpty()) {
                    return trouble;
                }
            }
        }
        return phase.equals("Running") ? running() : beginning();
    }

    /** Whether it is healthy. */
    boolean well() {
        return Words.isTrue(tree, "Ready") || status.path("phase").asText().equals("Succeeded");
    }

    private List<String> failed() {
        List<String> lines = new ArrayList<>();
        String reason = status.path("reason").asText("");
        Optional<ContainerEnd> bad = ContainerEnd.in(tree).reversed().stream()
                .filter(ContainerEnd::bad)
                .findFirst();
        if (!reason.isEmpty()) {
            String message = status.path("message").asText("");
            lines.add("Failed: " + Words.line(reason) + (message.isEmpty() ? "" : ": " + Words.message(message)) + ".");
        } else if (bad.isPresent()) {
            ContainerEnd end = bad.get();
            lines.add("Failed" + onNode() + ": " + container(end.container(), "its container") + " ended with "
                    + how(end) + limit(end) + blame(end));
            said(end).ifPresent(lines::add);
        } else {
            lines.add("Failed" + onNode() + ".");
        }
        return lines;
    }

    private List<String> unscheduled() {
        JsonNode scheduled = Words.condition(tree, "PodScheduled");
        String message = scheduled.path("message").asText("");
        if (scheduled.path("reason").asText().equals("SchedulingGated")) {
            return List.of("Waits: its scheduling gates are not removed yet.");
        }
        return List.of(
                message.isEmpty()
                        ? "Waits for the scheduler."
                        : "Waits for a node" + culprit.since("", Aspect.ANYTHING) + ": " + Words.message(message));
    }

    private Optional<List<String>> nodeLost() {
        String name = tree.path("spec").path("nodeName").asText("");
        ObjectKey key = ObjectKey.clusterScoped(ResourceType.core("nodes"), name);
        if (!evidence.hides(key) && evidence.get(key) == null) {
            Optional<Event> removed = evidence.last(key, event -> event.type().removes());
            return Optional.of(List.of("Its node " + name + " is gone"
                    + removed.map(event -> ": deleted by " + Words.by(event)).orElse("") + "."));
        }
        StoredObject node = evidence.get(key);
        if (node == null
                || !Words.condition(node.json().tree(), "Ready")
                        .path("status")
                        .asText()
                        .equals("Unknown")) {
            return Optional.empty();
        }
        Optional<Event> since = evidence.last(key, event -> event.type().is(ChangeType.UNREADY));
        return Optional.of(List.of("Status unknown: its node " + name + " stopped reporting"
                + since.map(event -> " (#" + event.revision() + ")").orElse("") + "."));
    }

    private List<String> trouble(JsonNode entry) {
        JsonNode waiting = entry.path("state").path("waiting");
        String name = entry.path("name").asText("");
        String reason = waiting.path("reason").asText("");
        if (PULL.contains(reason)) {
            return List.of(image(entry, reason, waiting.path("message").asText("")));
        }
        if (reason.equals("CrashLoopBackOff") || entry.path("state").has("terminated") && !completed(entry)) {
            return crash(entry, true);
        }
        if (!BEGINNING.contains(reason)) {
            return List.of(config(name, reason, waiting.path("message").asText("")));
        }
        // It runs again: the previous end matters until it is ready.
        return entry.path("state").has("running")
                        && !entry.path("ready").asBoolean()
                        && !lost(entry.path("lastState").path("terminated"))
                        && entry.path("lastState")
                                        .path("terminated")
                                        .path("exitCode")
                                        .asInt(0)
                                != 0
                ? crash(entry, false)
                : List.of();
    }

    private static boolean completed(JsonNode entry) {
        return entry.path("state").path("terminated").path("exitCode").asInt(0) == 0;
    }

    private String image(JsonNode entry, String reason, String message) {
        String image = Words.line(entry.path("image").asText(""));
        String what;
        String detail = "";
        if (reason.equals("InvalidImageName")) {
            what = "is no valid name";
        } else if (reason.equals("ErrImageNeverPull")) {
            what = "is not on the node, and imagePullPolicy is Never";
        } else if (DENIED.matcher(message).find()) {
            what = "may not be pulled";
            detail = ": " + detail(message);
        } else if (NOT_FOUND.matcher(message).find()) {
            what = "not found";
        } else {
            what = "cannot be pulled";
            detail = ": " + detail(message);
        }
        return "Waits: image " + image + " " + what
                + culprit.since(entry.path("name").asText(""), Aspect.IMAGE) + detail + ".";
    }

    /** Without the repeated beginnings. */
    private static String detail(String message) {
        String last = message;
        int at = message.indexOf("ErrImagePull: ");
        if (at >= 0) {
            last = message.substring(at + "ErrImagePull: ".length());
        }
        return Words.message(last);
    }

    private String config(String container, String reason, String message) {
        return missing(container, message)
                .orElseGet(() -> "Waits: " + container(container, "its container") + " cannot be created: "
                        + Words.line(reason) + (message.isEmpty() ? "" : ": " + Words.message(message)) + "."
                        + culprit.lastChange());
    }

    /** The ConfigMap or Secret that a message names as missing, and who deleted it. */
    private Optional<String> missing(String container, String message) {
        Matcher missing = MISSING.matcher(message);
        if (!missing.find()) {
            return Optional.empty();
        }
        ObjectKey key = ObjectKey.of(
                ResourceType.core(missing.group(1) + "s"), pod.key().namespace(), missing.group(2));
        Optional<Event> removed = evidence.last(key, event -> event.type().removes());
        return Optional.of("Waits: " + Words.name(key)
                + (removed.isPresent()
                        ? " is gone: deleted by " + Words.by(removed.get()) + "."
                        : " not found" + blame(container)));
    }

    /** A run that was lost says nothing about the container. */
    private static boolean lost(JsonNode terminated) {
        return terminated.path("reason").asText().equals("ContainerStatusUnknown");
    }

    private List<String> crash(JsonNode entry, boolean down) {
        String name = entry.path("name").asText("");
        List<ContainerEnd> ends = ends(name);
        if (ends.isEmpty()) {
            return List.of("Waits: " + container(name, "its container") + " crashes.");
        }
        ContainerEnd newest = ends.getLast();
        long alike = ends.stream()
                .filter(end -> end.reason().equals(newest.reason()) && end.exitCode() == newest.exitCode())
                .count();
        boolean always = alike == ends.size();
        long all = entry.path("restartCount").asLong(0) + (down ? 1 : 0);
        String times = Words.times(always ? Math.max(all, alike) : alike);
        String probe = probe(newest);
        List<String> lines = new ArrayList<>();
        if (newest.reason().equals("OOMKilled")) {
            lines.add(container(name, "") + "OOMKilled " + times + limit(newest) + blame(newest));
        } else if (!probe.isEmpty()) {
            lines.add(upper(container(name, "Its container")) + " was restarted " + times + ": " + Words.message(probe)
                    + "." + culprit.lastChange());
        } else {
            lines.add(upper(container(name, "Its container")) + " ended " + times + " with " + how(newest)
                    + blame(newest));
        }
        said(newest).ifPresent(lines::add);
        return lines;
    }

    /** The ends of a container's runs in the log, oldest first. */
    private List<ContainerEnd> ends(String container) {
        List<ContainerEnd> ends = new ArrayList<>();
        List<ContainerEnd> all = new ArrayList<>();
        chain.own().forEach(change -> all.addAll(ContainerEnd.firstReportedBy(change)));
        all.addAll(ContainerEnd.in(tree));
        Set<String> seen = new HashSet<>();
        for (ContainerEnd end : all) {
            if (end.container().equals(container) && seen.add(end.id())) {
                ends.add(end);
            }
        }
        return ends;
    }

    /** The probe that killed it; empty if none did. */
    private String probe(ContainerEnd end) {
        if (end.signal() == 0 && end.exitCode() != 0) {
            return "";
        }
        String liveness = chain.eventMessage("Unhealthy", "Liveness probe failed");
        return liveness.isEmpty() ? chain.eventMessage("Unhealthy", "Startup probe failed") : liveness;
    }

    private List<String> running() {
        if (allCompleted()) {
            return List.of("Ends" + onNode() + ": its containers completed, but its sidecars still run.");
        }
        for (JsonNode entry : status.path("containerStatuses")) {
            if (!entry.path("ready").asBoolean()) {
                String name = entry.path("name").asText("");
                String probe = chain.eventMessage("Unhealthy", "Readiness probe failed");
                return List.of("Runs" + onNode() + ", but " + container(name, "it") + " is not ready"
                        + (probe.isEmpty() ? "." : ": " + Words.message(probe) + "." + culprit.lastChange()));
            }
        }
        if (!Words.isTrue(tree, "Ready")) {
            JsonNode ready = Words.condition(tree, "Ready");
            String message = ready.path("message").asText("");
            return List.of("Runs" + onNode() + ", but is not ready"
                    + (message.isEmpty() ? "" : ": " + Words.message(message)) + ".");
        }
        String since = chain.newest(event -> event.type().is(ChangeType.READY, ChangeType.STARTED))
                .map(change -> ", ready since #" + change.event().revision())
                .orElse("");
        List<String> lines = new ArrayList<>(List.of("Runs" + onNode() + since + restarts() + "."));
        replaced().ifPresent(lines::add);
        return lines;
    }

    private boolean allCompleted() {
        boolean all = !status.path("containerStatuses").isEmpty();
        for (JsonNode entry : status.path("containerStatuses")) {
            all &= entry.path("state").has("terminated") && completed(entry);
        }
        return all;
    }

    /** The pod that it replaced, if any. */
    private Optional<String> replaced() {
        return chain.newest(event -> event.type().creates())
                .flatMap(chain::cause)
                .filter(cause -> cause.event().key().type().equals(pod.key().type())
                        && !cause.event().key().equals(pod.key()))
                .map(cause -> "It replaces " + Words.name(cause.event().key()) + ", which "
                        + (cause.event().type().is(ChangeType.FAILED)
                                ? "failed (#" + cause.event().revision() + ")"
                                : "was " + new EndVerdict(evidence, chain).why(cause))
                        + ".");
    }

    private String restarts() {
        long restarts = 0;
        for (JsonNode entry : status.path("containerStatuses")) {
            restarts += entry.path("restartCount").asLong(0);
        }
        if (restarts == 0) {
            return "";
        }
        return ContainerEnd.in(tree).stream()
                .filter(end -> !end.id().isEmpty())
                .reduce((first, second) -> second)
                .map(end -> ", restarted; its last run "
                        + (lost(end) ? "was lost" + nodeStopped() : "ended with " + how(end)))
                .orElse("");
    }

    /** {@code  when node n1 stopped (#12)}; empty if the log does not say so: the containers were removed by another program. */
    private String nodeStopped() {
        String node = tree.path("spec").path("nodeName").asText("");
        long restarted = chain.newest(event -> event.type().is(ChangeType.RESTARTED))
                .map(change -> change.event().revision())
                .orElse(0L);
        return evidence.last(
                        ObjectKey.clusterScoped(ResourceType.core("nodes"), node),
                        event -> event.revision() < restarted && event.type().is(ChangeType.UNREADY))
                .map(event -> " when node " + node + " stopped (#" + event.revision() + ")")
                .orElse("");
    }

    private List<String> beginning() {
        String mount = chain.eventMessage("FailedMount", "");
        String sandbox = chain.eventMessage("FailedCreatePodSandBox", "");
        String eventMessage = mount.isEmpty() ? sandbox : mount;
        if (eventMessage.isEmpty()) {
            return List.of("Starts" + onNode() + ".");
        }
        return List.of(missing("", eventMessage)
                .orElseGet(() -> "Waits" + onNode() + ": " + Words.message(eventMessage) + "." + culprit.lastChange()));
    }

    private String onNode() {
        String node = tree.path("spec").path("nodeName").asText("");
        return node.isEmpty() ? "" : " on " + node;
    }

    /** The end of a sentence: whose change preceded an end that the container's spec may explain. */
    private String blame(ContainerEnd end) {
        return end.reason().equals("OOMKilled")
                ? culprit.since(end.container(), Aspect.MEMORY_LIMIT) + "."
                : blame(end.container());
    }

    /** The end of a sentence: since whose change, if that explains it; else the last change, which need not. */
    private String blame(String container) {
        String since = culprit.since(container, Aspect.ANYTHING);
        return since.isEmpty() ? "." + culprit.lastChange() : since + ".";
    }

    private static boolean lost(ContainerEnd end) {
        return end.reason().equals("ContainerStatusUnknown");
    }

    private static String how(ContainerEnd end) {
        return Words.line(end.reason()) + " (" + end.how() + ")";
    }

    private String limit(ContainerEnd end) {
        if (!end.reason().equals("OOMKilled")) {
            return "";
        }
        for (JsonNode container : tree.path("spec").path("containers")) {
            String limit =
                    container.path("resources").path("limits").path("memory").asText("");
            if (container.path("name").asText().equals(end.container()) && !limit.isEmpty()) {
                return " (limit " + Words.line(limit) + ")";
            }
        }
        return "";
    }

    private static Optional<String> said(ContainerEnd end) {
        return end.message().isBlank()
                ? Optional.empty()
                : Optional.of("It said: " + Words.message(lastLine(end.message())));
    }

    private static String lastLine(String text) {
        List<String> lines = text.strip().lines().toList();
        return lines.isEmpty() ? "" : lines.getLast();
    }

    /** The container by its name, if the pod has several; else a general word. */
    private String container(String name, String otherwise) {
        int all = tree.path("spec").path("containers").size()
                + tree.path("spec").path("initContainers").size();
        return all > 1 ? "container " + Words.line(name) + (otherwise.isEmpty() ? ": " : "") : otherwise;
    }

    private static String upper(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
