package io.shiplog.command.kind.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs, sets, budgets and autoscalers: valid objects, and the errors of invalid ones, verbatim as in Kubernetes. */
class WorkloadKindsTest {
    private static final String META = "'metadata':{'name':'x','namespace':'default','uid':'u'}";
    private static final String TEMPLATE =
            "'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}";
    private static final String SELECTED = "'selector':{'matchLabels':{'a':'b'}}," + TEMPLATE;
    private static final String ENDS = "'template':{'metadata':{'labels':{'a':'b'}},'spec':{'restartPolicy':'Never',"
            + "'containers':[{'name':'c','image':'i'}]}}";
    private static final String TARGET = "'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'d'}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "jobs.batch | {META,'spec':{'manualSelector':true,'selector':{'matchLabels':{'a':'b'}},ENDS}}",
                "jobs.batch | {META,'spec':{'completionMode':'Indexed','completions':3,'backoffLimitPerIndex':1,'maxFailedIndexes':2,"
                        + "'successPolicy':{'rules':[{'succeededIndexes':'0,1-2','succeededCount':2}]},ENDS}}",
                "cronjobs.batch | {META,'spec':{'schedule':'*/5 1-3 * JAN,2 MON-FRI','timeZone':'Europe/Berlin','jobTemplate':{'spec':{ENDS}}}}",
                "cronjobs.batch | {META,'spec':{'schedule':'@every 1h30m','jobTemplate':{'spec':{ENDS}}}}",
                "daemonsets.apps | {META,'spec':{SELECTED}}",
                "daemonsets.apps | {META,'spec':{'updateStrategy':{'rollingUpdate':{'maxSurge':'10%','maxUnavailable':0}},SELECTED}}",
                "statefulsets.apps | {META,'spec':{'serviceName':'s',SELECTED,'volumeClaimTemplates':[{'metadata':{'name':'d'},'spec':"
                        + "{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}]}}",
                "controllerrevisions.apps | {META,'data':{'a':1},'revision':2}",
                "podtemplates | {META,TEMPLATE}",
                "poddisruptionbudgets.policy | {META,'spec':{'minAvailable':'50%','selector':{}}}",
                "poddisruptionbudgets.policy | {META}",
                "horizontalpodautoscalers.autoscaling | {META,'spec':{'maxReplicas':3,TARGET}}",
                "horizontalpodautoscalers.autoscaling | {META,'spec':{'maxReplicas':3,TARGET,'behavior':{'scaleDown':{}},'metrics':[{'type':"
                        + "'Pods','pods':{'metric':{'name':'rps'},'target':{'type':'AverageValue','averageValue':'100'}}}]}}",
            })
    void valid_objects_pass_and_keep_their_defaults(String type, String object) {
        ResourceType of = type(type);
        ObjectNode once = Samples.created(of, filled(object), new FakeState());
        ObjectNode twice = once.deepCopy();
        Samples.strategy(of).setDefaults(twice);
        assertEquals(once, twice);
        FieldErrors errors = new FieldErrors();
        Samples.strategy(of).validate(once, errors);
        Samples.strategy(of).validateCreate(once, errors);
        Samples.strategy(of).validateUpdate(once, once, errors);
        assertEquals(List.of(), Samples.messages(errors));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "daemonsets.apps | {META,'spec':{TEMPLATE}} | spec.template.metadata.labels: Invalid value: {'a':'b'}: `selector` does not"
                        + " match template `labels`",
                "daemonsets.apps | {META,'spec':{'updateStrategy':{'type':'X'},SELECTED}} | spec.updateStrategy: Unsupported value:"
                        + " {'Type':'X','RollingUpdate':null}: supported values: 'RollingUpdate', 'OnDelete'",
                "daemonsets.apps | {META,'spec':{'updateStrategy':{'rollingUpdate':{'maxSurge':1}},SELECTED}} |"
                        + " spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero",
                "daemonsets.apps | {META,'spec':{'updateStrategy':{'rollingUpdate':{'maxUnavailable':0}},SELECTED}} |"
                        + " spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0",
                "statefulsets.apps | {META,'spec':{'podManagementPolicy':'X','serviceName':'a.b',SELECTED}} |"
                        + " spec.podManagementPolicy: Invalid value: 'X': must be 'OrderedReady' or 'Parallel';"
                        + " spec.serviceName: Invalid value: 'a.b': must not contain dots",
                "statefulsets.apps | {META,'spec':{TEMPLATE}} | spec.selector: Required value;"
                        + " spec.template.metadata.labels: Invalid value: {'a':'b'}: `selector` does not match template `labels`",
                "statefulsets.apps | {META,'spec':{SELECTED,'volumeClaimTemplates':[{'metadata':{'name':'d'}}]}} |"
                        + " spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required;"
                        + " spec.volumeClaimTemplates[0].spec.resources[storage]: Required value",
                "controllerrevisions.apps | {META} | data: Required value: data is mandatory",
                "controllerrevisions.apps | {META,'data':{},'revision':-1} | revision: Invalid value: -1: must be greater than or equal to 0",
                "poddisruptionbudgets.policy | {META,'spec':{'minAvailable':'x','maxUnavailable':'101%'}} | spec: Invalid value:"
                        + " {'minAvailable':'x','maxUnavailable':'101%'}: minAvailable and maxUnavailable cannot be both set;"
                        + " spec.minAvailable: Invalid value: 'x': a valid percent string must be a numeric string followed by an ending '%'"
                        + " (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%');"
                        + " spec.maxUnavailable: Invalid value: '101%': must not be greater than 100%",
                "horizontalpodautoscalers.autoscaling | {META,'spec':{'maxReplicas':0,'scaleTargetRef':{'kind':'D','name':'d'}}} |"
                        + " spec.maxReplicas: Required value: must be set and greater than 0;"
                        + " spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`;"
                        + " spec.scaleTargetRef.apiVersion: Invalid value: '': apiVersion must specify API group",
                "horizontalpodautoscalers.autoscaling | {META,'spec':{'maxReplicas':2,TARGET,'metrics':[{'type':'Pods'}]}} |"
                        + " spec.metrics[0].pods: Required value: must populate information for the given metric source",
                "cronjobs.batch | {META,'spec':{'schedule':'a b','timeZone':'5m','concurrencyPolicy':'X','jobTemplate':{'spec':{ENDS}}}} |"
                        + " spec.schedule: Invalid value: 'a b': expected exactly 5 fields, found 2: [a b];"
                        + " spec.timeZone: Invalid value: '5m': unknown time zone 5m;"
                        + " spec.concurrencyPolicy: Unsupported value: 'X': supported values: 'Allow', 'Forbid', 'Replace'",
                "cronjobs.batch | {META,'spec':{'schedule':'61 * * * *','jobTemplate':{'spec':{TEMPLATE}}}} |"
                        + " spec.schedule: Invalid value: '61 * * * *': end of range (61) above maximum (59): 61;"
                        + " spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: 'OnFailure', 'Never'",
                "jobs.batch | {META,'spec':{'manualSelector':true,'selector':{'matchLabels':{'a':'b'}},'completionMode':'Indexed',ENDS,"
                        + "'parallelism':1}} | spec.completions: Required value: when completion mode is Indexed",
                "jobs.batch | {META,'spec':{'manualSelector':true,'selector':{'matchLabels':{'a':'b'}},'backoffLimitPerIndex':1,ENDS}} |"
                        + " spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode",
            })
    void invalid_objects_have_all_their_errors(String type, String object, String problems) {
        assertEquals(
                problems.replace('\'', '"'),
                String.join("; ", Samples.problems(type(type), filled(object))).replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "controllerrevisions.apps | {META,'data':{'a':1}} | {META,'data':{'a':2}} | data: Invalid value: {'a':2}: field is immutable",
                "daemonsets.apps | {META,'spec':{SELECTED}} | {META,'spec':{TEMPLATE}} | spec.selector: Invalid value: null: field is immutable",
                "statefulsets.apps | {META,'spec':{SELECTED}} | {META,'spec':{SELECTED,'serviceName':'n'}} | spec: Forbidden: updates to"
                        + " statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy',"
                        + " 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
            })
    void what_may_not_change_does_not(String type, String before, String after, String problems) {
        assertEquals(
                problems.replace('\'', '"'),
                String.join("; ", Samples.updateProblems(type(type), filled(before), filled(after)))
                        .replace('\'', '"'));
    }

    @Test
    void a_job_selects_its_pods_by_its_uid() {
        ObjectNode job = Samples.created(type("jobs.batch"), filled("{META,'spec':{ENDS}}"), new FakeState());
        JsonNode expected = Samples.tree(
                "{'a':'b','job-name':'x','batch.kubernetes.io/job-name':'x','controller-uid':'u','batch.kubernetes.io/controller-uid':'u'}");
        assertEquals(expected, job.at("/spec/template/metadata/labels"));
        assertEquals(expected, job.at("/metadata/labels"));
        assertEquals(
                Samples.tree("{'matchLabels':{'batch.kubernetes.io/controller-uid':'u'}}"), job.at("/spec/selector"));
    }

    @Test
    void a_changed_template_counts_in_a_daemon_set() {
        ResourceType type = type("daemonsets.apps");
        ObjectNode old = Samples.created(type, filled("{META,'spec':{SELECTED}}"), new FakeState());
        ObjectNode next = old.deepCopy();
        ((ObjectNode) next.at("/spec/template/spec")).put("hostNetwork", true);
        Samples.strategy(type).prepareForUpdate(next, old, new FakeState());
        assertEquals(
                "2",
                next.path("metadata")
                        .path("annotations")
                        .path("deprecated.daemonset.template.generation")
                        .asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'failed':1} | {'failed':0} | status.failed: Invalid value: 0: cannot decrease the failed counter",
                "{} | {'active':1,'ready':2} | status.ready: Invalid value: 2: cannot set more ready pods than active",
                "{} | {'conditions':[{'type':'Failed','status':'True'}],'startTime':'2026-01-01T00:00:00Z'} | status.conditions: Invalid"
                        + " value: cannot set Failed=True condition without the FailureTarget=true condition",
                "{'conditions':[{'type':'FailureTarget','status':'True'}]} | {} | status.conditions: Invalid value: cannot disable the"
                        + " terminal FailureTarget=True condition",
            })
    void a_jobs_status_is_consistent(String before, String after, String problems) {
        FieldErrors errors = new FieldErrors();
        ObjectNode old = Samples.defaulted(type("jobs.batch"), filled("{META,'spec':{ENDS}}"));
        ObjectNode next = old.deepCopy();
        old.set("status", Samples.tree(before));
        next.set("status", Samples.tree(after));
        Samples.strategy(type("jobs.batch")).validateStatusUpdate(next, old, errors);
        assertEquals(problems, String.join("; ", Samples.messages(errors)));
    }

    private static String filled(String object) {
        return object.replace("META", META)
                .replace("SELECTED", SELECTED)
                .replace("TEMPLATE", TEMPLATE)
                .replace("ENDS", ENDS)
                .replace("TARGET", TARGET);
    }

    private static ResourceType type(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? ResourceType.core(name) : new ResourceType(name.substring(dot + 1), name.substring(0, dot));
    }
}
