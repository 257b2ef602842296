package io.shiplog.command.kind.apiextensions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CustomResourceDefinitionKindTest {
    private static final ResourceType TYPE = new ResourceType("apiextensions.k8s.io", "customresourcedefinitions");
    private static final Kind KIND = Samples.strategy(TYPE);
    private static final String START =
            "{'metadata':{'name':'ws.a.b'},'spec':{'group':'a.b','scope':'Cluster','names':{'plural':'ws',"
                    + "'kind':'W'}";
    private static final String VERSION = "'name':'v1','served':true,'storage':true";
    private static final String ROOT = "spec.validation.openAPIV3Schema";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'type':'object'",
                "'type':'object','x-kubernetes-preserve-unknown-fields':true",
                "'type':'object','properties':{'a':{'type':'string','enum':['x','y'],'default':'x','pattern':'^[a-z]+$'},'b':{'type':"
                        + "'integer','minimum':0,'maximum':1.5},'c':{'type':'array','items':{'type':'object','required':['k'],"
                        + "'properties':{'k':{'type':'string'}}},'x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['k']},"
                        + "'d':{'anyOf':[{'type':'integer'},{'type':'string'}],'x-kubernetes-int-or-string':true},'e':{'type':'object',"
                        + "'additionalProperties':{'type':'number','default':1}}}",
                "'type':'object','properties':{'metadata':{'type':'object','properties':{'name':{'type':'string','maxLength':5}}}}",
                "'type':'object','properties':{'spec':{'type':'object','properties':{'n':{'type':'integer'}},'x-kubernetes-validations':"
                        + "[{'rule':'self.n > 1','fieldPath':'.n','reason':'FieldValueForbidden'}]}}",
            })
    void valid_schemas(String schema) {
        assertEquals(List.of(), problems(schema));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'description':'x' | .type: Required value: must not be empty at the root",
                "'type':'string' | .type: Invalid value: \"string\": must be object at the root",
                "'type':'object','properties':{'a':{},'b':{'type':'X'}} | .properties[a].type: Required value: must not be empty for"
                        + " specified object fields & .properties[b].type: Unsupported value: \"X\": supported values: \"array\","
                        + " \"boolean\", \"integer\", \"number\", \"object\", \"string\"",
                "'type':'object','properties':{'a':{'type':'array'},'b':{'type':'array','items':{}}} | .properties[a].items: Required"
                        + " value: must be specified & .properties[b].items.type: Required value: must not be empty for specified array"
                        + " items",
                "'type':'object','properties':{'a':{'type':'string','anyOf':[{'type':'string','default':'x'}]}} |"
                        + " .properties[a].anyOf[0].default: Forbidden: must be undefined to be structural &"
                        + " .properties[a].anyOf[0].type: Forbidden: must be empty to be structural",
                "'type':'object','properties':{'a':{'type':'integer','default':'x'}} | .properties[a].default: Invalid value: \"string\":"
                        + "  in body must be of type integer: \"string\"",
                "'type':'object','properties':{'a':{'type':'array','items':{'type':'string'},'uniqueItems':true}} | .properties[a]."
                        + "uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
                "'type':'object','properties':{'a':{'type':'object','properties':{'b':{'type':'string'}},'additionalProperties':{'type':"
                        + "'string'}}} | .properties[a].additionalProperties: Forbidden: additionalProperties and properties are mutual"
                        + " exclusive",
                "'type':'object','properties':{'a':{'type':'array','items':{'type':'object','properties':{'k':{'type':'string'}}},"
                        + "'x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['k','l']}} | .properties[a]."
                        + "x-kubernetes-list-map-keys: Invalid value: [\"k\",\"l\"]: entries must all be names of item properties &"
                        + " .properties[a].items.properties[k].default: Required value: this property is in"
                        + " x-kubernetes-list-map-keys, so it must have a default or be a required property",
                "'type':'object','properties':{'metadata':{'type':'object','description':'x'}} | .properties[metadata]: Forbidden: must"
                        + " not specify anything other than name and generateName, but metadata is implicitly specified",
                "'type':'object','properties':{'spec':{'type':'object','x-kubernetes-validations':[{'rule':' '},{'rule':'a',"
                        + "'reason':'X','fieldPath':'.b'}]}} | .properties[spec].x-kubernetes-validations[0].rule: Required value: rule"
                        + " is not specified & .properties[spec].x-kubernetes-validations[1].reason: Unsupported value: \"X\": supported"
                        + " values: \"FieldValueDuplicate\", \"FieldValueForbidden\", \"FieldValueInvalid\", \"FieldValueRequired\" &"
                        + " .properties[spec].x-kubernetes-validations[1].fieldPath: Invalid value: \".b\": must be a valid path",
            })
    void errors_of_schemas(String schema, String errors) {
        assertEquals(
                errors,
                String.join(
                        " & ",
                        problems(schema).stream()
                                .map(each -> each.replace(ROOT, ""))
                                .toList()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'metadata':{'name':'x'},'spec':{}} | metadata.name: Invalid value: \"x\": must be spec.names.plural+\".\"+spec.group &"
                        + " spec.group: Required value & spec.scope: Required value & spec.versions: Invalid value: null: must have"
                        + " exactly one version marked as storage version & spec.names.plural: Required value & spec.names.singular:"
                        + " Required value & spec.names.kind: Required value & spec.names.listKind: Required value",
                "START,'versions':[{VERSION}]}} | spec.versions[0].schema.openAPIV3Schema: Required value",
                "START,'versions':[{VERSION,SCHEMA,'additionalPrinterColumns':[{'type':'x','format':'y'},{'name':'n','type':'date',"
                        + "'jsonPath':'a'}]}]}} | spec.additionalPrinterColumns[0].name: Required value &"
                        + " spec.additionalPrinterColumns[0].type: Invalid value: \"x\": must be one of"
                        + " boolean,date,integer,number,string & spec.additionalPrinterColumns[0].format: Invalid value: \"y\": must be"
                        + " one of byte,date,date-time,double,float,int32,int64,password & spec.additionalPrinterColumns[0].JSONPath:"
                        + " Required value & spec.additionalPrinterColumns[1].JSONPath: Invalid value: \"a\": must be a simple json path"
                        + " starting with .",
                "START,'versions':[{VERSION,SCHEMA,'subresources':{'scale':{'specReplicasPath':'.x','statusReplicasPath':''}}},"
                        + "{'name':'v2','served':true,'storage':false,SCHEMA,'deprecationWarning':'w'}]}} |"
                        + " spec.versions[0].subresources.scale.specReplicasPath: Invalid value: \".x\": should be a json path under"
                        + " .spec & spec.versions[0].subresources.scale.statusReplicasPath: Required value &"
                        + " spec.versions[1].deprecationWarning: Invalid value: \"w\": can only be set for deprecated versions",
                "START,'versions':[{VERSION,SCHEMA,'selectableFields':[{'jsonPath':'.spec.a'}]}],'conversion':{'strategy':'Webhook'}}} |"
                        + " spec.selectableFields[0].jsonPath: Invalid value: \".spec.a\": is an invalid path: does not refer to a valid"
                        + " field & spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook &"
                        + " spec.conversion.conversionReviewVersions: Required value",
                "{'metadata':{'name':'ws.x.k8s.io'},'spec':{'group':'x.k8s.io','scope':'Cluster','names':{'plural':'ws','kind':'W'},"
                        + "'versions':[{VERSION,SCHEMA}]}} | metadata.annotations[api-approved.kubernetes.io]: Required value: protected"
                        + " groups must have approval annotation \"api-approved.kubernetes.io\", see"
                        + " https://github.com/kubernetes/enhancements/pull/1111",
            })
    void errors_of_definitions(String definition, String errors) {
        assertEquals(errors, String.join(" & ", Samples.problems(TYPE, json(definition))));
    }

    @Test
    void defaults_come_from_the_kind_and_no_version_is_forgotten() {
        ObjectNode first = Samples.created(TYPE, json("START,'versions':[{VERSION,SCHEMA}]}}"), new FakeState());
        assertEquals("w", first.at("/spec/names/singular").asText());
        assertEquals("WList", first.at("/spec/names/listKind").asText());
        assertEquals("None", first.at("/spec/conversion/strategy").asText());
        assertEquals(
                Samples.tree("{'conditions':null,'acceptedNames':{'plural':'','kind':''},'storedVersions':['v1']}"),
                first.path("status"));
        ObjectNode next =
                Samples.defaulted(TYPE, json("START,'versions':[{'name':'v2','served':true,'storage':true,SCHEMA}]}}"));
        KIND.prepareForUpdate(next, first, new FakeState());
        FieldErrors errors = new FieldErrors();
        KIND.validateUpdate(next, first, errors);
        assertEquals(
                List.of(
                        "status.storedVersions[0]: Invalid value: \"v1\": missing from spec.versions; v1 was previously a storage"
                                + " version, and must remain in spec.versions until a storage migration ensures no data remains persisted in"
                                + " v1 and removes v1 from status.storedVersions"),
                Samples.messages(errors));
    }

    @Test
    void an_established_definition_keeps_its_names() {
        ObjectNode old = Samples.created(TYPE, json("START,'versions':[{VERSION,SCHEMA}]}}"), new FakeState());
        ObjectNode next = old.deepCopy();
        next.withObject("/spec").put("scope", "Namespaced").put("group", "c.d");
        FieldErrors errors = new FieldErrors();
        KIND.validateUpdate(next, old, errors);
        assertEquals(List.of("spec.group: Invalid value: \"c.d\": field is immutable"), Samples.messages(errors));
        old.withObject("/status")
                .putArray("conditions")
                .addObject()
                .put("type", "Established")
                .put("status", "True");
        errors = new FieldErrors();
        KIND.validateUpdate(next, old, errors);
        assertEquals(
                List.of(
                        "spec.scope: Invalid value: \"Namespaced\": field is immutable",
                        "spec.group: Invalid value: \"c.d\": field is immutable"),
                Samples.messages(errors));
    }

    private static List<String> problems(String schema) {
        return Samples.problems(
                TYPE, json("START,'versions':[{VERSION,'schema':{'openAPIV3Schema':{" + schema + "}}}]}}"));
    }

    private static String json(String definition) {
        return definition
                .replace("START", START)
                .replace("VERSION", VERSION)
                .replace("SCHEMA", "'schema':{'openAPIV3Schema':{'type':'object'}}");
    }
}
