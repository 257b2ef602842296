package io.shiplog.command.kind.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.object.ResourceType;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kinds of {@code resource.k8s.io}: valid and invalid objects, forbidden changes, columns. */
public class ResourceKindsTest {
    private static final String SLICE = "'driver':'a.b','pool':{'name':'p','resourceSliceCount':1},'nodeName':'n'";
    private static final String LABEL =
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an"
                    + " alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is"
                    + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private static ResourceType type(String name) {
        return new ResourceType("resource.k8s.io", name);
    }

    private static String json(String spec) {
        return "{'metadata':{'name':'x','namespace':'n'},'spec':{" + spec.replace("SLICE", SLICE) + "}}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "deviceclasses | 'selectors':[{'cel':{'expression':'true'}}] | ",
                "deviceclasses | 'selectors':[{}],'config':[{},{'opaque':{'driver':'a.b'}}],'extendedResourceName':'cpu' |"
                        + " spec.selectors[0].cel: Required value & spec.config[0].opaque: Required value &"
                        + " spec.config[1].opaque.parameters: Required value & spec.extendedResourceName: Invalid value: \"cpu\":"
                        + " must be a valid extended resource name",
                "resourceclaims | 'devices':{'requests':[{'name':'r','exactly':{'deviceClassName':'c'}}],'constraints':[{'requests':"
                        + "['r'],'matchAttribute':'a.b/c'}]} | ",
                "resourceclaims | 'devices':{'requests':[{'name':'R','exactly':{'allocationMode':'Some'}},{'name':'s'},{'name':'s',"
                        + "'firstAvailable':[{'name':'t','deviceClassName':'c','allocationMode':'All','count':2}]}]} |"
                        + " spec.devices.requests[0].name: Invalid value: \"R\": LABEL &"
                        + " spec.devices.requests[0].exactly.deviceClassName: Required value &"
                        + " spec.devices.requests[0].exactly.allocationMode: Unsupported value: \"Some\": supported values: \"All\","
                        + " \"ExactCount\" & spec.devices.requests[1]: Required value: exactly one of `exactly` or `firstAvailable`"
                        + " is required & spec.devices.requests[2].firstAvailable[0].count: Invalid value: 2: must not be specified"
                        + " when allocationMode is 'All' & spec.devices.requests[2]: Duplicate value: \"s\"",
                "resourceclaims | 'devices':{'requests':[{'name':'r','exactly':{'deviceClassName':'c','tolerations':[{'key':'k',"
                        + "'operator':'Exists','value':'v'}]}}],'constraints':[{'requests':['q','r/s']}]} |"
                        + " spec.devices.requests[0].exactly.tolerations[0].value: Invalid value: \"v\": must be empty for operator"
                        + " `Exists` & spec.devices.constraints[0].requests[0]: Invalid value: \"q\": must be the name of a request"
                        + " in the claim or the name of a request and a subrequest separated by '/' &"
                        + " spec.devices.constraints[0].requests[1]: Invalid value: \"r/s\": must be the name of a request in the"
                        + " claim or the name of a request and a subrequest separated by '/' & spec.devices.constraints[0]: Required"
                        + " value: exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are"
                        + " set",
                "resourceclaimtemplates | 'spec':{'devices':{'requests':[{'name':'r','exactly':{'deviceClassName':'c'}}]}} | ",
                "resourceclaimtemplates | 'spec':{'devices':{'requests':[{'name':'r'}]}} | spec.spec.devices.requests[0]: Required"
                        + " value: exactly one of `exactly` or `firstAvailable` is required",
                "resourceslices | SLICE,'devices':[{'name':'d','attributes':{'a':{'string':'x'},'b.c/d':{'version':'1.0.0-rc.1+x'}},"
                        + "'capacity':{'m':{'value':'1Gi'}}}] | ",
                "resourceslices | 'pool':{'name':'p'} | spec.driver: Required value & spec.pool.resourceSliceCount: Invalid value: 0:"
                        + " must be greater than zero & spec: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`,"
                        + " `perDeviceNodeSelection` is required",
                "resourceslices | SLICE,'allNodes':true,'devices':[{'name':'d','attributes':{'a':{'int':1,'bool':true},'b':{}},"
                        + "'nodeName':'n'},{'name':'d','capacity':{'m':{'value':'1','requestPolicy':{}}},'taints':[{'key':'k'}]}] |"
                        + " spec: Invalid value: \"{`nodeName`, `allNodes`}\": exactly one of `nodeName`, `nodeSelector`, `allNodes`,"
                        + " `perDeviceNodeSelection` is required, but multiple fields are set & spec.devices[0].attributes[a]:"
                        + " Invalid value: {\"int\":1,\"bool\":true}: exactly one value must be specified &"
                        + " spec.devices[0].attributes[b]: Invalid value: \"\": exactly one value must be specified &"
                        + " spec.devices[0]: Invalid value: null: `nodeName`, `nodeSelector` and `allNodes` can only be set if"
                        + " `perDeviceNodeSelection` is set to true in the ResourceSlice spec &"
                        + " spec.devices[1].capacity[m].requestPolicy: Forbidden: allowMultipleAllocations must be true &"
                        + " spec.devices[1].taints[0].effect: Required value & spec.devices[1]: Duplicate value: \"d\"",
                "resourceslices | SLICE,'devices':[{'name':'d','allowMultipleAllocations':true,'capacity':{'m':{'value':'4',"
                        + "'requestPolicy':{'default':'5','validRange':{'min':'2','step':'2'}}}}}] |"
                        + " spec.devices[0].capacity[m].requestPolicy.validRange.step: Invalid value: \"5\": value is not a multiple"
                        + " of a given step (2) from (2)",
            })
    void what_is_wrong_with_an_object(String type, String spec, String problems) {
        assertEquals(
                problems == null ? "" : problems.replace("LABEL", LABEL),
                String.join(" & ", Samples.problems(type(type), json(spec))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "resourceclaims | 'devices':{'requests':[{'name':'r','exactly':{'deviceClassName':'c'}}]} | '' | spec: Invalid value:"
                        + " {\"Devices\":{\"Requests\":null,\"Constraints\":null,\"Config\":null}}: field is immutable",
                "resourceclaimtemplates | 'spec':{'devices':{'requests':[{'name':'r','exactly':{'deviceClassName':'c'}}]}} | 'metadata':"
                        + "{'labels':{'a':'b'}} | spec: Invalid value: {\"labels\":{\"a\":\"b\"},\"Spec\":{\"Devices\":"
                        + "{\"Requests\":null,\"Constraints\":null,\"Config\":null}}}: field is immutable",
                "resourceslices | SLICE | 'driver':'c','pool':{'name':'p','resourceSliceCount':2},'allNodes':true | spec.driver: Invalid"
                        + " value: \"c\": field is immutable & spec.nodeName: Invalid value: null: field is immutable",
                "resourceslices | SLICE | SLICE,'devices':[{'name':'d'}] | ",
            })
    void what_may_not_change_does_not(String type, String before, String after, String problems) {
        assertEquals(
                problems == null ? "" : problems,
                String.join(
                        " & ",
                        Samples.updateProblems(type(type), json(before), json(after.equals("''") ? "" : after))));
    }

    @Test
    void columns_and_warnings() {
        ObjectNode slice = Samples.defaulted(type("resourceslices"), json(SLICE.replace("a.b", "A.b")));
        Kind kind = Samples.strategy(type("resourceslices"));
        assertEquals("x;n;A.b;p;<unknown>", cells(kind, slice));
        assertEquals(
                List.of("spec.driver: driver names should be lowercase; \"A.b\" contains uppercase characters"),
                kind.warnings(slice));
        ObjectNode claim = Samples.tree("{'metadata':{'name':'c'},'status':{'allocation':{},'reservedFor':[{}]}}");
        Kind claims = Samples.strategy(type("resourceclaims"));
        assertEquals("c;allocated,reserved;<unknown>", cells(claims, claim));
        assertEquals("c;pending;<unknown>", cells(claims, Samples.tree("{'metadata':{'name':'c'}}")));
    }

    private static String cells(Kind kind, ObjectNode object) {
        return kind.description().columns().stream()
                .map(column -> column.cell().value(object, Instant.EPOCH).toString())
                .collect(Collectors.joining(";"));
    }

    @Test
    void a_reservation_needs_an_allocation_and_a_devices_status_goes_with_it() {
        Kind kind = Samples.strategy(type("resourceclaims"));
        String device = "{'driver':'a.b','pool':'p','device':'d'}";
        ObjectNode old = Samples.tree("{'spec':{},'status':{'allocation':{'devices':{'results':[" + device
                + "]}},'devices':[" + device + "]}}");
        ObjectNode next =
                Samples.tree("{'spec':{},'status':{'reservedFor':[{'resource':'pods','name':'p','uid':'u'}],'devices':["
                        + device + "]}}");
        kind.prepareForStatusUpdate(next, old, new FakeState());
        assertEquals(0, Trees.at(next, "status", "devices").size());
        FieldErrors errors = new FieldErrors();
        kind.validateStatusUpdate(next, old, errors);
        assertEquals(
                List.of("status.reservedFor: Forbidden: may not be specified when `allocated` is not set"),
                Samples.messages(errors));
    }

    @Test
    void defaults_twice_change_nothing_and_a_taint_gets_the_time() {
        ObjectNode once = Samples.defaulted(
                type("resourceclaims"),
                json("'devices':{'requests':[{'name':'r','exactly':{'deviceClassName':'c'}}]}"));
        ObjectNode twice = once.deepCopy();
        Samples.strategy(type("resourceclaims")).setDefaults(twice);
        assertEquals(once, twice);
        assertEquals(1, once.at("/spec/devices/requests/0/exactly/count").asInt());
        ObjectNode slice = Samples.created(
                type("resourceslices"),
                json(SLICE + ",'devices':[{'name':'d','taints':[{'key':'k','effect':'None'}]}]"),
                new FakeState());
        assertEquals(
                FakeState.NOW.toString(),
                slice.at("/spec/devices/0/taints/0/timeAdded").asText());
    }
}
