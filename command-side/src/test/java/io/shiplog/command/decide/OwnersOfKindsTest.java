package io.shiplog.command.decide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.decide.slice.Reading;
import io.shiplog.command.decide.write.Chance;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.core.service.ServiceNetwork;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.FieldValidation;
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

/** Owners of fields where kinds differ: what kube-apiserver answers to the same objects. */
class OwnersOfKindsTest {
    private static final Actor ADMIN = new Actor("admin", List.of("system:masters"));
    private final Decider decider =
            new Decider(new BuiltInKinds(ServiceNetwork.DEFAULT)::of, new SchemaValidation(Schemas.builtIn()));

    private JsonNode created(Actor actor, String group, String resource, String namespace, String body) {
        FakeState state = new FakeState(BuiltInKinds.catalogue()).at(Instant.parse("2026-11-22T10:00:00Z"));
        state.with(new ImageEvolution(BuiltInKinds.catalogue())
                .stored(
                        BuiltInKinds.catalogue(),
                        ObjectKey.clusterScoped(ResourceType.core("namespaces"), "shop"),
                        1,
                        Json.of("{\"metadata\":{\"name\":\"shop\",\"uid\":\"u\"},\"status\":{\"phase\":\"Active\"}}"),
                        "test"));
        CreateObject create = new CreateObject(
                new ResourceType(group, resource), namespace, Json.of(body.replace('\'', '"')), FieldValidation.STRICT);
        Chance chance = Chance.of(new SplittableRandom(7));
        Reading.Asked asked = assertInstanceOf(
                Reading.Asked.class, decider.read(CommandRequest.byUser(actor, create), state, chance));
        Decision decision = decider.decide(asked, null, state, chance);
        return assertInstanceOf(Decision.Changed.class, decision, decision::toString)
                .object();
    }

    private static JsonNode entry(JsonNode object) {
        return object.path("metadata").path("managedFields").path(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                // Pointers and lists that are required, and not written where they are empty.
                "networking.k8s.io | ipaddresses | ^^"
                        + " | {'metadata':{'name':'10.96.0.9'},'spec':{'parentRef':{'resource':'services','namespace':'d','name':'x'}}}"
                        + " | {'f:spec':{'f:parentRef':{'.':{},'f:name':{},'f:namespace':{},'f:resource':{}}}}",
                "admissionregistration.k8s.io | validatingadmissionpolicybindings | ^^"
                        + " | {'metadata':{'name':'a'},'spec':{'policyName':'p','validationActions':['Deny']}}"
                        + " | {'f:spec':{'f:policyName':{},'f:validationActions':{'.':{},'v:~Deny~':{}}}}",
                // An object of any form is one value.
                "apps | controllerrevisions | shop | {'metadata':{'name':'a'},'data':{'a':{'b':'c'}},'revision':3}"
                        + " | {'f:data':{},'f:revision':{}}",
            })
    void structs_and_lists_are_owned_as_in_go(
            String group, String resource, String namespace, String body, String fields) {
        assertEquals(
                fields.replace('\'', '"').replace("~", "\\\""),
                entry(created(ADMIN, group, resource, namespace, body))
                        .path("fieldsV1")
                        .toString());
    }

    @Test
    void a_jobs_labels_are_those_of_its_template_and_owned() {
        JsonNode job = created(
                ADMIN,
                "batch",
                "jobs",
                "shop",
                "{'metadata':{'name':'j'},'spec':{'template':{'metadata':{'labels':{'x':'y'}},"
                        + "'spec':{'restartPolicy':'Never','containers':[{'name':'c','image':'i'}]}}}}");

        assertEquals(
                "{\"f:labels\":{\".\":{},\"f:x\":{}}}",
                entry(job).path("fieldsV1").path("f:metadata").toString());
        // They get the labels of the template's pods, too.
        assertEquals(
                job.path("spec").path("template").path("metadata").path("labels"),
                job.path("metadata").path("labels"));
        assertEquals(5, job.path("metadata").path("labels").size());
    }

    @Test
    void priority_and_fairness_has_a_manager_of_its_own() {
        JsonNode level = created(
                new Actor("system:apiserver", List.of("system:masters")),
                "flowcontrol.apiserver.k8s.io",
                "prioritylevelconfigurations",
                "",
                "{'metadata':{'name':'a'},'spec':{'type':'Limited','limited':{'limitResponse':{'type':'Reject'}}}}");

        assertEquals(
                "api-priority-and-fairness-config-producer-v1",
                entry(level).path("manager").asText());
    }
}
