package io.shiplog.command.kind.apiregistration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.events.object.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiServiceKindTest {
    private static final ResourceType TYPE = new ResourceType("apiregistration.k8s.io", "apiservices");
    private static final String META = "'metadata':{'name':'v1.a.b','creationTimestamp':'2026-01-01T00:00:00Z'}";
    private static final String SPEC = "'group':'a.b','version':'v1','groupPriorityMinimum':1000,'versionPriority':15";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{META} | v1.a.b;Local;Unknown;5m",
                "{META,'spec':{'service':{'namespace':'n','name':'s'}},'status':{'conditions':[{'type':'Available','status':'False',"
                        + "'reason':'Down'}]}} | v1.a.b;n/s;False (Down);5m",
                "{META,'status':{'conditions':[{'type':'Available','status':'True','reason':'Local'}]}} | v1.a.b;Local;True;5m",
            })
    void rows_of_the_table(String object, String cells) {
        assertEquals(cells, Samples.cells(TYPE, json(object)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{META,'spec':{SPEC}} | ",
                "{META,'spec':{SPEC,'service':{'namespace':'n','name':'s'},'insecureSkipTLSVerify':true}} | ",
                "{META} | metadata.name: Invalid value: \"v1.a.b\": must be `spec.version+\".\"+spec.group`: \".\" & spec.group:"
                        + " Required value: only v1 may have an empty group and it better be legacy kube & spec.version: Invalid value:"
                        + " \"\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
                        + " character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation"
                        + " is '[a-z]([-a-z0-9]*[a-z0-9])?') & spec.groupPriorityMinimum: Invalid value: 0: must be positive and less"
                        + " than 20000 & spec.versionPriority: Invalid value: 0: must be positive and less than 1000",
                "{META,'spec':{SPEC,'insecureSkipTLSVerify':true,'caBundle':'eHg='}} | spec.caBundle: Invalid value: \"2 bytes\": local"
                        + " APIServices may not have a caBundle & spec.insecureSkipTLSVerify: Invalid value: true: local APIServices"
                        + " may not have insecureSkipTLSVerify",
                "{META,'spec':{SPEC,'service':{'port':70000},'insecureSkipTLSVerify':true,'caBundle':'eHg='}} | spec.service.namespace:"
                        + " Required value & spec.service.name: Required value & spec.service.port: Invalid value: 70000: port is not"
                        + " valid: must be between 1 and 65535, inclusive & spec.insecureSkipTLSVerify: Invalid value: true: may not"
                        + " be true if caBundle is present",
            })
    void errors_of_invalid_objects(String object, String errors) {
        assertEquals(errors == null ? "" : errors, String.join(" & ", Samples.problems(TYPE, json(object))));
    }

    @Test
    void a_local_one_is_available_from_the_start() {
        ObjectNode local = Samples.created(TYPE, json("{META,'spec':{SPEC}}"), new FakeState());
        assertEquals("True", local.at("/status/conditions/0/status").asText());
        ObjectNode remote = Samples.created(
                TYPE, json("{META,'spec':{SPEC,'service':{'namespace':'n','name':'s'}}}"), new FakeState());
        assertEquals(Samples.tree("{}"), remote.path("status"));
        assertEquals(443, remote.at("/spec/service/port").asInt());
    }

    private static String json(String object) {
        return object.replace("META", META).replace("SPEC", SPEC);
    }
}
