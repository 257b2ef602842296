package io.shiplog.command.decide;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.slice.Reading;
import io.shiplog.command.decide.write.Chance;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.core.service.ServiceNetwork;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.ApplyObject;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.ImageEvolution;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The subresources {@code ephemeralcontainers}, {@code resize} and {@code status} of pods. Messages are those of kube-apiserver 1.36. */
class PodPartsTest {
    private static final Actor ADMIN = new Actor("admin", List.of("system:masters"));
    private static final ObjectKey POD = ObjectKey.of(ResourceType.core("pods"), "shop", "web");
    private static final String APP =
            "{'name':'app','image':'i:1','resources':{'requests':{'cpu':'100m','memory':'64Mi'},"
                    + "'limits':{'cpu':'200m','memory':'128Mi'}}}";

    private final Decider decider =
            new Decider(new BuiltInKinds(ServiceNetwork.DEFAULT)::of, new SchemaValidation(Schemas.builtIn()));
    private final FakeState state = new FakeState(BuiltInKinds.catalogue()).at(Instant.parse("2026-11-22T10:00:00Z"));
    private final ImageEvolution evolution = new ImageEvolution(BuiltInKinds.catalogue());
    private long revision;

    private static Json json(String text) {
        return Json.of(text.replace('\'', '"'));
    }

    private void hold(ObjectKey key, Json object) {
        state.with(evolution.stored(BuiltInKinds.catalogue(), key, ++revision, object, "test"));
    }

    private void namespace(String labels) {
        hold(
                ObjectKey.clusterScoped(ResourceType.core("namespaces"), "shop"),
                json("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'shop','uid':'u','labels':{%s}},"
                                .formatted(labels)
                        + "'status':{'phase':'Active'}}"));
        hold(
                ObjectKey.of(ResourceType.core("serviceaccounts"), "shop", "default"),
                json(
                        "{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'default','namespace':'shop','uid':'a'}}"));
    }

    private Decision decide(Command command, boolean exists) {
        Chance chance = Chance.of(new SplittableRandom(7));
        CommandRequest request = new CommandRequest("c-1", ADMIN, null, "c-1", false, "", "me", command);
        return switch (decider.read(request, state, chance)) {
            case Reading.Unreadable unreadable -> new Decision.Refused(unreadable.refusal());
            case Reading.Asked asked -> decider.decide(asked, exists ? state.get(asked.key()) : null, state, chance);
        };
    }

    private void pod(String containers) {
        namespace("");
        podHere(containers);
    }

    private void podHere(String containers) {
        Decision created = decide(
                new CreateObject(
                        POD.type(),
                        "shop",
                        json(
                                "{'metadata':{'name':'web'},'spec':{'automountServiceAccountToken':false,'containers':[%s]}}"
                                        .formatted(containers)),
                        FieldValidation.STRICT),
                false);
        ObjectNode object = assertInstanceOf(Decision.Changed.class, created, created::toString)
                .object();
        keep(object);
    }

    private void keep(ObjectNode object) {
        object.withObject("/metadata").put("resourceVersion", Long.toString(revision + 1));
        hold(POD, Json.of(object));
    }

    private Decision patch(String subresource, String patch) {
        return decide(
                new PatchObject(POD, subresource, PatchType.STRATEGIC_MERGE, json(patch), FieldValidation.STRICT),
                true);
    }

    private ObjectNode changed(String word, Decision decision) {
        Decision.Changed changed = assertInstanceOf(Decision.Changed.class, decision, decision::toString);
        assertEquals(word, changed.type().happened());
        return changed.object();
    }

    private static String refused(Decision decision) {
        return assertInstanceOf(Decision.Refused.class, decision, decision::toString)
                .refusal()
                .message();
    }

    @Test
    void aContainerIsAddedAndNothingElse() {
        pod(APP);

        ObjectNode next = changed(
                "container-added",
                patch(
                        "ephemeralcontainers",
                        "{'metadata':{'labels':{'x':'y'}},'spec':{'nodeSelector':{'a':'b'},"
                                + "'ephemeralContainers':[{'name':'debug','image':'busybox','targetContainerName':'app'}]}}"));

        JsonNode debug = next.at("/spec/ephemeralContainers/0");
        assertEquals("Always", debug.path("imagePullPolicy").asText());
        assertEquals("File", debug.path("terminationMessagePolicy").asText());
        assertEquals(2, next.at("/metadata/generation").asInt());
        assertTrue(next.at("/metadata/labels").isMissingNode());
        assertTrue(next.at("/spec/nodeSelector").isMissingNode());
        assertTrue(next.at("/metadata/managedFields")
                .valueStream()
                .anyMatch(entry -> entry.path("subresource").asText().equals("ephemeralcontainers")
                        && entry.path("fieldsV1").toString().contains("f:ephemeralContainers")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'name':'app','image':'i'} | spec.ephemeralContainers[0].name: Duplicate value: \"app\"",
                "{'name':'d','image':'i','targetContainerName':'no'} |"
                        + " spec.ephemeralContainers[0].targetContainerName: Not found: \"no\"",
                "{'name':'d','image':'i','ports':[{'containerPort':80}]} |"
                        + " spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container",
                "{'name':'d','image':'i','resources':{'limits':{'cpu':'1'}}} |"
                        + " spec.ephemeralContainers[0].resources: Forbidden: cannot be set for an Ephemeral Container",
                "{'name':'d','image':'i','lifecycle':{'preStop':{'exec':{'command':['x']}}}} |"
                        + " spec.ephemeralContainers[0].lifecycle: Forbidden: cannot be set for an Ephemeral Container",
                "{'name':'d','image':'i','livenessProbe':{'exec':{'command':['x']}}} |"
                        + " spec.ephemeralContainers[0].livenessProbe: Forbidden: cannot be set for an Ephemeral Container",
                "{'name':'d'} | spec.ephemeralContainers[0].image: Required value",
            })
    void anUnsoundContainerIsRefused(String container, String message) {
        pod(APP);

        assertEquals(
                "Pod \"web\" is invalid: " + message,
                refused(patch("ephemeralcontainers", "{'spec':{'ephemeralContainers':[" + container + "]}}")));
    }

    @Test
    void whatWasAddedStaysAsItIs() {
        pod(APP);
        ObjectNode next = changed(
                "container-added",
                patch("ephemeralcontainers", "{'spec':{'ephemeralContainers':[{'name':'debug','image':'i:1'}]}}"));
        keep(next);

        assertEquals(
                "Pod \"web\" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers \"debug\" may not be"
                        + " removed\n",
                refused(patch("ephemeralcontainers", "{'spec':{'ephemeralContainers':null}}")));
        assertTrue(refused(patch(
                        "ephemeralcontainers", "{'spec':{'ephemeralContainers':[{'name':'debug','image':'i:2'}]}}"))
                .startsWith("Pod \"web\" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers"
                        + " \"debug\" may not be changed\n"));
        assertEquals(
                2,
                changed(
                                "container-added",
                                patch(
                                        "ephemeralcontainers",
                                        "{'spec':{'ephemeralContainers':[{'name':'more','image':'i:1'}]}}"))
                        .at("/spec/ephemeralContainers")
                        .size());
    }

    @Test
    void theyAreNotPartOfANewPodNorOfAnUpdate() {
        namespace("");
        Decision created = decide(
                new CreateObject(
                        POD.type(),
                        "shop",
                        json(
                                "{'metadata':{'name':'web'},'spec':{'containers':[%s],'ephemeralContainers':[{'name':'d','image':'i'}]}}"
                                        .formatted(APP)),
                        FieldValidation.STRICT),
                false);
        assertEquals(
                "Pod \"web\" is invalid: spec.ephemeralContainers: Forbidden: cannot be set on create",
                refused(created));

        podHere(APP);
        assertTrue(refused(patch("", "{'spec':{'ephemeralContainers':[{'name':'d','image':'i'}]}}"))
                .startsWith("Pod \"web\" is invalid: spec: Forbidden: pod updates may not change fields other than"));
    }

    @Test
    void theNamespaceJudgesAnAddedContainer() {
        namespace("'pod-security.kubernetes.io/enforce':'baseline'");
        podHere(APP);

        assertEquals(
                "pods \"web\" is forbidden: violates PodSecurity \"baseline:latest\": privileged (container \"d\" must not set"
                        + " securityContext.privileged=true)",
                refused(
                        patch(
                                "ephemeralcontainers",
                                "{'spec':{'ephemeralContainers':[{'name':'d','image':'i','securityContext':{'privileged':true}}]}}")));
    }

    @Test
    void aPodIsResizedAndNothingElse() {
        pod(APP);

        ObjectNode next = changed(
                "resized",
                patch(
                        "resize",
                        "{'metadata':{'labels':{'x':'y'}},'spec':{'containers':[{'name':'app','image':'other',"
                                + "'resources':{'requests':{'cpu':'150m'},'limits':{'memory':'256Mi'}}}]}}"));

        assertEquals(
                "150m", next.at("/spec/containers/0/resources/requests/cpu").asText());
        assertEquals(
                "256Mi", next.at("/spec/containers/0/resources/limits/memory").asText());
        assertEquals("i:1", next.at("/spec/containers/0/image").asText());
        assertTrue(next.at("/metadata/labels").isMissingNode());
        assertEquals(2, next.at("/metadata/generation").asInt());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'name':'app','resources':{'requests':{'cpu':'200m','memory':'128Mi'}}} |"
                        + " spec: Invalid value: \"Burstable\": Pod QOS Class may not change as a result of resizing",
                "{'name':'app','resources':{'limits':{'cpu':null}}} |"
                        + " spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed",
                "{'name':'app','resources':{'requests':{'ephemeral-storage':'1Gi'}}} |"
                        + " spec: Forbidden: only cpu and memory resources are mutable",
                "{'name':'more','image':'i'} | spec.containers: Forbidden: containers may not be added or removed on resize",
                "{'name':'app','resources':{'requests':{'cpu':'300m'}}} |"
                        + " spec.containers[0].resources.requests: Invalid value: \"300m\": must be less than or equal to cpu limit"
                        + " of 200m",
            })
    void anUnsoundResizeIsRefused(String container, String message) {
        pod(APP);

        assertEquals(
                "Pod \"web\" is invalid: " + message,
                refused(patch("resize", "{'spec':{'containers':[" + container + "]}}")));
    }

    @Test
    void aResizeStaysInsideTheBoundsOfItsNamespace() {
        pod(APP);
        hold(
                ObjectKey.of(ResourceType.core("limitranges"), "shop", "l"),
                json("{'apiVersion':'v1','kind':'LimitRange','metadata':{'name':'l','namespace':'shop','uid':'l'},"
                        + "'spec':{'limits':[{'type':'Container','max':{'cpu':'1'}}]}}"));

        assertEquals(
                "pods \"web\" is forbidden: maximum cpu usage per Container is 1, but limit is 2",
                refused(patch(
                        "resize", "{'spec':{'containers':[{'name':'app','resources':{'limits':{'cpu':'2'}}}]}}")));
    }

    /** Given a pod of a node that does not exist / when it is resized / then it is refused; and done once the node is there. */
    @Test
    void aResizeNeedsThePodsNode() {
        pod(APP);
        ObjectNode bound = (ObjectNode) requireNonNull(state.get(POD)).json().tree();
        bound.withObject("/spec").put("nodeName", "gone");
        keep(bound);
        String resize = "{'spec':{'containers':[{'name':'app','resources':{'requests':{'cpu':'150m'}}}]}}";

        assertEquals("pods \"web\" is forbidden: node \"gone\" not found", refused(patch("resize", resize)));

        hold(
                ObjectKey.clusterScoped(ResourceType.core("nodes"), "gone"),
                json("{'apiVersion':'v1','kind':'Node','metadata':{'name':'gone','uid':'n'}}"));
        changed("resized", patch("resize", resize));
    }

    @Test
    void aResizeCountsForTheQuota() {
        pod(APP);
        hold(
                ObjectKey.of(ResourceType.core("resourcequotas"), "shop", "q"),
                json("{'apiVersion':'v1','kind':'ResourceQuota','metadata':{'name':'q','namespace':'shop','uid':'q'},"
                        + "'spec':{'hard':{'requests.cpu':'150m'}},'status':{'hard':{'requests.cpu':'150m'},"
                        + "'used':{'requests.cpu':'100m'}}}"));

        assertEquals(
                "pods \"web\" is forbidden: exceeded quota: q, requested: requests.cpu=60m, used: requests.cpu=100m, limited:"
                        + " requests.cpu=150m",
                refused(patch(
                        "resize", "{'spec':{'containers':[{'name':'app','resources':{'requests':{'cpu':'160m'}}}]}}")));
        changed(
                "resized",
                patch("resize", "{'spec':{'containers':[{'name':'app','resources':{'requests':{'cpu':'150m'}}}]}}"));
    }

    /** Given a pod that never restarts, with a container that has ended / when it runs again / then only if it restarts by a policy or rules of its own. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'restartPolicy':'Never','restartPolicyRules':[{'action':'Restart','exitCodes':{'operator':'In','values':[42]}}] | true",
                "'restartPolicy':'OnFailure' | true",
                "'restartPolicy':'Always' | true",
                "'restartPolicy':'Never' | false",
                "'tty':true | false"
            })
    void aContainerLeavesItsEndByRulesOfItsOwn(String own, boolean may) {
        namespace("");
        keep((ObjectNode)
                json(("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'web','namespace':'shop','uid':'p'},"
                                        + "'spec':{'nodeName':'n1','restartPolicy':'Never','containers':[{'name':'a','image':'i',OWN}]},"
                                        + "'status':{'phase':'Running','containerStatuses':"
                                        + "[{'name':'a','restartCount':1,'state':{'terminated':{'exitCode':42}}}]}}")
                                .replace("OWN", own))
                        .tree());

        Decision decided = decide(
                new PatchObject(
                        POD,
                        "status",
                        PatchType.MERGE,
                        json(
                                "{'status':{'containerStatuses':[{'name':'a','restartCount':1,'state':{'waiting':{'reason':'CrashLoopBackOff'}}}]}}"),
                        FieldValidation.IGNORE),
                true);

        if (may) {
            changed("status-changed", decided);
        } else {
            assertEquals(
                    "Pod \"web\" is invalid: status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state",
                    refused(decided));
        }
    }

    @Test
    void whoAppliesAResizeOwnsTheResourcesAlone() {
        pod(APP);

        Decision decision = decide(
                new ApplyObject(
                        POD,
                        "resize",
                        json(
                                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'web'},'spec':{'containers':[{'name':'app',"
                                        + "'image':'i:1','resources':{'requests':{'cpu':'120m'}}}]}}"),
                        FieldValidation.STRICT,
                        true,
                        false),
                true);

        ObjectNode next = changed("resized", decision);
        String owned = "";
        for (JsonNode entry : next.at("/metadata/managedFields")) {
            if (entry.path("subresource").asText().equals("resize")) {
                owned = entry.path("operation").asText() + " " + entry.path("fieldsV1");
            }
        }
        assertEquals(
                "Apply {\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":\\\"app\\\"}\":{\"f:resources\":{\"f:requests\":{\"f:cpu\":{}}}}}}}",
                owned);
    }
}
