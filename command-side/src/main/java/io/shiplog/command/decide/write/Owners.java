package io.shiplog.command.decide.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.Equality;
import io.shiplog.command.decide.object.MetadataRules;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.command.merge.Ownership;
import io.shiplog.command.merge.Reach;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.ApplyObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.Actor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who owns the fields of an object after a write: the {@code metadata.managedFields} of the new object. Asked when the object has its defaults and
 * before the system sets or resets fields, as in Kubernetes: so a client owns what it sends and what that stands for, and not what
 * the system adds.
 */
@FunctionalInterface
public interface Owners {
    String FIELD = MetadataRules.MANAGED_FIELDS;

    /** How the users of controllers begin. */
    String CONTROLLERS = "system:serviceaccount:kube-system:";

    /** The API server's own objects of this group have a manager of their own. */
    String FLOW_CONTROL = "flowcontrol.apiserver.k8s.io";

    String FLOW_CONTROLLER = "api-priority-and-fairness-config-producer-v1";

    /** The manager of the status of FlowSchemas. */
    String FLOW_STATUS_CONTROLLER = "api-priority-and-fairness-config-consumer-v1";

    /** The entries of the new object; null for none. */
    @Nullable ArrayNode of(ObjectNode next);

    /**
     * The owners after a create, an update or a patch.
     *
     * @param live the object before; null if it is created
     * @param wanted the client's object, which may bring entries of its own
     */
    static Owners updated(DecisionContext context, @Nullable ObjectNode live, ObjectNode wanted) {
        Ownership.Write write = write(context);
        // The entries of a subresource's body are ignored.
        JsonNode sent = write.subresource().isEmpty() ? wanted.path("metadata").path(FIELD) : MissingNode.getInstance();
        return next -> Ownership.updated(
                write,
                live == null ? null : context.forms().served(live, write.apiVersion()),
                sent,
                context.forms().served(next, write.apiVersion()));
    }

    /** What the request is for the ownership of fields. */
    static Ownership.Write write(DecisionContext context) {
        CommandRequest request = context.request();
        String subresource = subresource(request.command());
        boolean scale = subresource.equals("scale");
        return new Ownership.Write(
                manager(request),
                scale ? context.kind().apiVersion() : apiVersion(context),
                subresource,
                // As in Kubernetes, whose entries of Scales have no time.
                scale ? null : context.timestamp(),
                context.forms(),
                reach(context, subresource));
    }

    private static Reach reach(DecisionContext context, String subresource) {
        return switch (subresource) {
            case "" -> Reach.allBut(context.rules().resetFields());
            case "status" -> Reach.allBut(List.of("spec"));
            case "finalize" -> Reach.allBut(List.of("status"));
            default -> {
                List<List<String>> fields = context.rules().fieldsOfPart(subresource);
                yield fields.isEmpty() ? Reach.allBut(List.of()) : Reach.only(fields);
            }
        };
    }

    private static String apiVersion(DecisionContext context) {
        CommandRequest request = context.request();
        KindDescription served = context.forms().kinds().get(request.command().type());
        KindDescription kind = served == null ? context.kind() : served;
        return kind.apiVersion(request.version().isEmpty() ? kind.preferredVersion() : request.version());
    }

    private static String subresource(Command command) {
        return switch (command) {
            case ReplaceObject replace -> replace.subresource();
            case PatchObject patch -> patch.subresource();
            case ApplyObject apply -> apply.subresource();
            default -> "";
        };
    }

    /** The field manager: named by the client, or the name that Kubernetes' components have. */
    private static String manager(CommandRequest request) {
        String named = request.fieldManager();
        return named != null ? named : component(request.actor(), request.command());
    }

    private static String component(Actor actor, Command command) {
        if (actor.nodeName().isPresent()) {
            return "kubelet";
        }
        return switch (actor.user()) {
            case "system:apiserver" -> apiServer(command);
            case "system:kube-scheduler" -> "kube-scheduler";
            case String user
            when user.startsWith(CONTROLLERS) ->
                command instanceof ApplyObject
                        ? applier(user.substring(CONTROLLERS.length()))
                        : "kube-controller-manager";
            default -> "";
        };
    }

    /** Controllers that apply do so under their own names, which differ from those of their accounts in places. */
    private static String applier(String account) {
        return account.equals("service-cidrs-controller") ? "service-cidr-controller" : account;
    }

    private static String apiServer(Command command) {
        if (!command.type().group().equals(FLOW_CONTROL)) {
            return "kube-apiserver";
        }
        return subresource(command).equals("status") ? FLOW_STATUS_CONTROLLER : FLOW_CONTROLLER;
    }

    /** Sets the entries of an object. */
    static void put(ObjectNode object, @Nullable ArrayNode entries) {
        ObjectNode metadata = Trees.object(object, "metadata");
        if (entries == null) {
            metadata.remove(FIELD);
        } else {
            metadata.set(FIELD, entries);
        }
    }

    /** Whether two lists of entries differ in their times at most. */
    static boolean sameButTimes(JsonNode entries, JsonNode others) {
        if (entries.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < entries.size(); i++) {
            if (!(entries.get(i) instanceof ObjectNode entry)
                    || !(others.get(i) instanceof ObjectNode other)
                    || !Equality.sameBut(entry, other, "time")) {
                return false;
            }
        }
        return true;
    }
}
