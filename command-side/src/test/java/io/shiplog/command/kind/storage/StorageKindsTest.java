package io.shiplog.command.kind.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.builtin.KindValidationTest;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.object.ResourceType;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kinds of {@code storage.k8s.io} and {@code node.k8s.io}: valid and invalid objects, forbidden changes, columns. */
public class StorageKindsTest {
    private static final String SUBDOMAIN =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and"
                    + " end with an alphanumeric character (e.g. 'example.com', regex used for validation is"
                    + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "storageclasses | META,'provisioner':'example.com/P','allowedTopologies':[{'matchLabelExpressions':[{'key':'zone',"
                        + "'values':['a']}]}]} | ",
                "storageclasses | META} | provisioner: Required value",
                "storageclasses | META,'provisioner':'a','reclaimPolicy':'Recycle','volumeBindingMode':'Never','parameters':{'':'x'}}"
                        + " | parameters: Invalid value: \"\": field can not be empty. & reclaimPolicy: Unsupported value:"
                        + " \"Recycle\": supported values: \"Delete\", \"Retain\" & volumeBindingMode: Unsupported value:"
                        + " \"Never\": supported values: \"Immediate\", \"WaitForFirstConsumer\"",
                "storageclasses | META,'provisioner':'a','allowedTopologies':[{'matchLabelExpressions':[{'key':'z','values':['a',"
                        + "'a']},{'key':'z','values':[]}]}]} | allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate"
                        + " value: \"a\" & allowedTopologies[0].matchLabelExpressions[1].values: Required value &"
                        + " allowedTopologies[0].matchLabelExpressions[1].key: Duplicate value: \"z\"",
                "volumeattachments | META,'spec':{'attacher':'a.b','nodeName':'n','source':{'persistentVolumeName':'v'}}} | ",
                "volumeattachments | META,'spec':{'attacher':'A/b','nodeName':'n','source':{}}} | spec.attacher: Invalid value:"
                        + " \"A/b\": SUBDOMAIN & spec.source: Required value: must specify exactly one of inlineVolumeSpec and"
                        + " persistentVolumeName",
                "volumeattachments | META,'spec':{'attacher':'a','nodeName':'n','source':{'inlineVolumeSpec':{'accessModes':"
                        + "['ReadWriteOnce'],'storageClassName':'s','hostPath':{'path':'/a'}}}}} |"
                        + " spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes"
                        + " & spec.source.inlineVolumeSpec.storageClassName: Forbidden: may not be specified in the context of"
                        + " inline volumes",
                "csidrivers | META} | ",
                "csidrivers | META,'spec':{'fsGroupPolicy':'Some','volumeLifecycleModes':['Short'],'tokenRequests':[{'audience':'a',"
                        + "'expirationSeconds':5},{'audience':'a'}],'nodeAllocatableUpdatePeriodSeconds':1}} |"
                        + " spec.fsGroupPolicy: Unsupported value: \"Some\": supported values: \"File\", \"None\","
                        + " \"ReadWriteOnceWithFSType\" & spec.tokenRequests[0].expirationSeconds: Invalid value: 5: may not"
                        + " specify a duration less than 10 minutes & spec.tokenRequests[1].audience: Duplicate value: \"a\" &"
                        + " spec.volumeLifecycleModes: Unsupported value: \"Short\": supported values: \"Persistent\","
                        + " \"Ephemeral\" & spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 1: must be greater than or"
                        + " equal to 10 seconds",
                "csinodes | META,'spec':{'drivers':[{'name':'a','nodeID':'n','topologyKeys':['zone']}]}} | ",
                "csinodes | META,'spec':{'drivers':[{'name':'a','nodeID':'','allocatable':{'count':-1}},{'name':'a','nodeID':'n',"
                        + "'topologyKeys':['z','z']}]}} | spec.drivers[0].nodeID: Required value &"
                        + " spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0 &"
                        + " spec.drivers[1].name: Duplicate value: \"a\" & spec.drivers[1]: Duplicate value: \"z\"",
                "csistoragecapacities | META,'storageClassName':'s','capacity':'1Gi'} | ",
                "csistoragecapacities | META,'storageClassName':'A','capacity':'-1'} | storageClassName: Invalid value: \"A\":"
                        + " SUBDOMAIN & capacity: Invalid value: \"-1\": must be greater than or equal to 0",
                "volumeattributesclasses | META,'driverName':'a','parameters':{'iops':'1'}} | ",
                "volumeattributesclasses | META} | driverName: Required value & parameters: Required value: must contain at least"
                        + " one key/value pair",
                "runtimeclasses.node.k8s.io | META,'handler':'runsc','overhead':{'podFixed':{'cpu':'250m'}},'scheduling':"
                        + "{'tolerations':[{'key':'a','operator':'Exists'}]}} | ",
                "runtimeclasses.node.k8s.io | META} | handler: Required value",
                "runtimeclasses.node.k8s.io | META,'handler':'a.b','scheduling':{'tolerations':[{'key':'a'},{'key':'a'}]}} | handler:"
                        + " Invalid value: \"a.b\": must not contain dots & scheduling.tolerations[1]: Duplicate value:"
                        + " {\"Key\":\"a\",\"Operator\":\"\",\"Value\":\"\",\"Effect\":\"\",\"TolerationSeconds\":null}",
            })
    void what_is_wrong_with_an_object(String type, String object, String problems) {
        assertEquals(
                problems == null ? "" : problems.replace("SUBDOMAIN", SUBDOMAIN),
                String.join(" & ", Samples.problems(type(type), json(object))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "storageclasses | META,'provisioner':'a'} | META,'provisioner':'b','parameters':{'a':'b'},'reclaimPolicy':'Retain'} |"
                        + " parameters: Invalid value: {\"a\":\"b\"}: field is immutable & provisioner: Invalid value: \"b\": field"
                        + " is immutable & reclaimPolicy: Invalid value: \"Retain\": field is immutable",
                "storageclasses | META,'provisioner':'a'} | META,'provisioner':'a','allowVolumeExpansion':true} | ",
                "csidrivers | META} | META,'spec':{'attachRequired':false,'volumeLifecycleModes':['Ephemeral']}} |"
                        + " spec.attachedRequired: Invalid value: false: field is immutable & spec.volumeLifecycleModes: Invalid"
                        + " value: [\"Ephemeral\"]: field is immutable",
                "csinodes | META,'spec':{'drivers':[{'name':'a','nodeID':'n','allocatable':{'count':1}}]}} | META,'spec':{'drivers':"
                        + "[{'name':'a','nodeID':'n','allocatable':{'count':2}},{'name':'b','nodeID':'n'}]}} | ",
                "csinodes | META,'spec':{'drivers':[{'name':'a','nodeID':'n'}]}} | META,'spec':{'drivers':[{'name':'a','nodeID':'o'}]}}"
                        + " | spec.drivers: Invalid value: {\"Name\":\"a\",\"NodeID\":\"o\",\"TopologyKeys\":null,"
                        + "\"Allocatable\":null}: field is immutable",
                "csistoragecapacities | META,'storageClassName':'s','nodeTopology':{}} | META,'storageClassName':'t'} | nodeTopology:"
                        + " Invalid value: null: field is immutable & storageClassName: Invalid value: \"t\": field is immutable",
                "volumeattributesclasses | META,'driverName':'a','parameters':{'a':'b'}} | META,'driverName':'b','parameters':{'a':'b'}}"
                        + " | driverName: Forbidden: updates to driverName are forbidden.",
                "runtimeclasses.node.k8s.io | META,'handler':'a'} | META,'handler':'b'} | handler: Invalid value: \"b\": field is"
                        + " immutable",
            })
    void what_may_not_change_does_not(String type, String before, String after, String problems) {
        assertEquals(
                problems == null ? "" : problems,
                String.join(" & ", Samples.updateProblems(type(type), json(before), json(after))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "storageclasses | {'metadata':{'name':'s','annotations':{'storageclass.kubernetes.io/is-default-class':'true'}},"
                        + "'provisioner':'p'} | s (default);p;Delete;Immediate;false;<unknown>",
                "volumeattachments | META,'spec':{'attacher':'a','nodeName':'n','source':{'persistentVolumeName':'v'}}} |"
                        + " x;a;v;n;false;<unknown>",
                "csidrivers | META,'spec':{'tokenRequests':[{'audience':'a'},{'audience':'b'}]}} |"
                        + " x;true;false;false;a,b;false;Persistent;<unknown>",
                "csinodes | META,'spec':{'drivers':[{'name':'a','nodeID':'n'}]}} | x;1;<unknown>",
                "volumeattributesclasses | META,'driverName':'d'} | x;d;<unknown>",
                "runtimeclasses.node.k8s.io | META,'handler':'h'} | x;h;<unknown>",
                "persistentvolumes. | META,'spec':{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteMany','ReadWriteOnce'],"
                        + "'claimRef':{'namespace':'n','name':'c'}},'status':{'phase':'Bound'}} |"
                        + " x;1Gi;RWO,RWX;Retain;Bound;n/c;;<unset>;;<unknown>;Filesystem",
                "persistentvolumeclaims. | META,'spec':{'accessModes':['ReadWriteOnce'],'storageClassName':'s'}} |"
                        + " x;;;;;s;<unset>;<unknown>;Filesystem",
            })
    void columns(String type, String object, String cells) {
        ResourceType of = type(type);
        ObjectNode defaulted = Samples.defaulted(of, json(object));
        assertEquals(
                cells,
                Samples.strategy(of).description().columns().stream()
                        .map(column ->
                                column.cell().value(defaulted, Instant.EPOCH).toString())
                        .collect(Collectors.joining(";")));
    }

    @Test
    void defaults_twice_change_nothing() {
        for (Kind kind : StorageKinds.all()) {
            ObjectNode once = Samples.tree("{'metadata':{'name':'x'},'spec':{'tokenRequests':[{}]}}");
            kind.setDefaults(once);
            ObjectNode twice = once.deepCopy();
            kind.setDefaults(twice);
            assertEquals(once, twice);
        }
    }

    @Test
    void a_changed_driver_counts_its_generation_from_one_and_warns_only_of_changed_tokens() {
        ResourceType type = type("csidrivers");
        Kind kind = Samples.strategy(type);
        ObjectNode old = Samples.defaulted(type, json("META,'spec':{'tokenRequests':[{'audience':'a'}]}}"));
        ObjectNode next = Samples.defaulted(
                type, json("META,'spec':{'podInfoOnMount':true,'tokenRequests':[{'audience':'a'}]}}"));
        kind.prepareForUpdate(next, old, new FakeState());
        assertEquals(1, Trees.at(next, "metadata", "generation").asInt());
        assertEquals(List.of(), kind.warningsOfUpdate(next, old));
        assertEquals(1, kind.warnings(next).size());
    }

    private static String json(String object) {
        return object.replace("META", "{'metadata':{'name':'x'}");
    }

    private static ResourceType type(String name) {
        if (name.endsWith(".")) {
            return ResourceType.core(name.substring(0, name.length() - 1));
        }
        return name.contains(".") ? KindValidationTest.type(name) : new ResourceType("storage.k8s.io", name);
    }
}
