package io.shiplog.command.kind.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.object.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What kinds have where their authors said nothing, as Kubernetes has it. */
public class DefaultsTest {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final String META = "'metadata':{'name':'x','namespace':'default'}";

    private static final String EMPTY_TEMPLATE =
            "'template':{'metadata':{},'spec':{'dnsPolicy':'ClusterFirst','restartPolicy':'Always','schedulerName':"
                    + "'default-scheduler','terminationGracePeriodSeconds':30,'securityContext':{}}}";

    @Test
    void a_bare_pod_becomes_a_whole_one() {
        ObjectNode pod = Samples.defaulted(PODS, "{" + META + ",'spec':{'containers':[{'name':'c','image':'nginx'}]}}");
        assertTree(
                "{'containers':[{'name':'c','image':'nginx','imagePullPolicy':'Always','terminationMessagePath':"
                        + "'/dev/termination-log','terminationMessagePolicy':'File','resources':{}}],'dnsPolicy':'ClusterFirst',"
                        + "'restartPolicy':'Always','schedulerName':'default-scheduler','terminationGracePeriodSeconds':30,"
                        + "'securityContext':{},'enableServiceLinks':true}",
                pod.path("spec"));
    }

    @ParameterizedTest
    @CsvSource({
        "nginx, Always",
        "nginx:latest, Always",
        "nginx:1.27, IfNotPresent",
        "host:5000/nginx, Always",
        "host:5000/nginx:v1, IfNotPresent",
        "nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, IfNotPresent",
        "nginx:latest@sha256:abc, IfNotPresent",
        "Always, IfNotPresent",
        "nginx:latest@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, Always",
    })
    void an_image_is_pulled_by_its_tag(String image, String policy) {
        assertEquals(
                policy,
                container("'image':'" + image + "'").path("imagePullPolicy").asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'ports':[{'containerPort':80}] | ports | [{'containerPort':80,'protocol':'TCP'}]",
                "'resources':{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'500m'}} | resources | {'limits':{'cpu':'1',"
                        + "'memory':'1Gi'},'requests':{'cpu':'500m','memory':'1Gi'}}",
                "'livenessProbe':{'httpGet':{'port':80}} | livenessProbe | {'httpGet':{'port':80,'path':'/','scheme':'HTTP'},"
                        + "'timeoutSeconds':1,'periodSeconds':10,'successThreshold':1,'failureThreshold':3}",
                "'readinessProbe':{'grpc':{'port':80},'periodSeconds':5} | readinessProbe | {'grpc':{'port':80,'service':''},"
                        + "'periodSeconds':5,'timeoutSeconds':1,'successThreshold':1,'failureThreshold':3}",
                "'env':[{'name':'N','valueFrom':{'fieldRef':{'fieldPath':'metadata.name'}}}] | env | [{'name':'N','valueFrom':"
                        + "{'fieldRef':{'fieldPath':'metadata.name','apiVersion':'v1'}}}]",
                "'lifecycle':{'preStop':{'httpGet':{'port':80}}} | lifecycle | {'preStop':{'httpGet':{'port':80,'path':'/',"
                        + "'scheme':'HTTP'}}}",
            })
    void containers_are_filled_in(String given, String field, String filled) {
        assertTree(filled, container(given).path(field));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'name':'v'} | {'name':'v','emptyDir':{}}",
                "{'name':'v','secret':{'secretName':'s'}} | {'name':'v','secret':{'secretName':'s','defaultMode':420}}",
                "{'name':'v','configMap':{'name':'s','defaultMode':256}} | {'name':'v','configMap':{'name':'s','defaultMode':256}}",
                "{'name':'v','hostPath':{'path':'/x'}} | {'name':'v','hostPath':{'path':'/x','type':''}}",
                "{'name':'v','projected':{'sources':[{'serviceAccountToken':{'path':'t'}}]}} | {'name':'v','projected':{'sources':"
                        + "[{'serviceAccountToken':{'path':'t','expirationSeconds':3600}}],'defaultMode':420}}",
                "{'name':'v','downwardAPI':{'items':[{'path':'n','fieldRef':{'fieldPath':'metadata.name'}}]}} | {'name':'v',"
                        + "'downwardAPI':{'items':[{'path':'n','fieldRef':{'fieldPath':'metadata.name','apiVersion':'v1'}}],"
                        + "'defaultMode':420}}",
            })
    void volumes_are_filled_in(String given, String filled) {
        ObjectNode pod = Samples.defaulted(PODS, "{" + META + ",'spec':{'volumes':[" + given + "],'containers':[]}}");
        assertTree(filled, pod.path("spec").path("volumes").path(0));
    }

    @Test
    void host_networking_opens_container_ports_on_the_host() {
        ObjectNode pod = Samples.defaulted(
                PODS,
                "{" + META
                        + ",'spec':{'hostNetwork':true,'containers':[{'name':'c','image':'i','ports':[{'containerPort':80}]}]}}");
        assertEquals(
                80,
                pod.path("spec")
                        .path("containers")
                        .path(0)
                        .path("ports")
                        .path(0)
                        .path("hostPort")
                        .asInt());
    }

    @Test
    void a_template_gets_no_defaults_that_only_pods_have() {
        ObjectNode deployment = Samples.defaulted(
                new ResourceType("apps", "deployments"),
                "{" + META
                        + ",'spec':{'template':{'spec':{'containers':[{'name':'c','image':'i','resources':{'limits':{'cpu':'1'}}}]}}}}");
        JsonNode spec = deployment.path("spec").path("template").path("spec");
        assertFalse(spec.has("enableServiceLinks"));
        assertFalse(spec.path("containers").path(0).path("resources").has("requests"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "deployments.apps | {META,'spec':{}} | {'replicas':1,'strategy':{'type':'RollingUpdate','rollingUpdate':"
                        + "{'maxUnavailable':'25%','maxSurge':'25%'}},'revisionHistoryLimit':10,'progressDeadlineSeconds':600,TEMPLATE}",
                "deployments.apps | {META,'spec':{'replicas':0,'strategy':{'type':'Recreate'}}} | {'replicas':0,'strategy':{'type':"
                        + "'Recreate'},'revisionHistoryLimit':10,'progressDeadlineSeconds':600,TEMPLATE}",
                "replicasets.apps | {META,'spec':{}} | {'replicas':1,TEMPLATE}",
                "services | {META,'spec':{'ports':[{'port':80}]}} | {'ports':[{'port':80,'protocol':'TCP','targetPort':80}],'type':"
                        + "'ClusterIP','sessionAffinity':'None','internalTrafficPolicy':'Cluster'}",
                "services | {META,'spec':{'type':'NodePort','sessionAffinity':'ClientIP'}} | {'type':'NodePort','sessionAffinity':"
                        + "'ClientIP','sessionAffinityConfig':{'clientIP':{'timeoutSeconds':10800}},'externalTrafficPolicy':'Cluster',"
                        + "'internalTrafficPolicy':'Cluster'}",
                "services | {META,'spec':{'type':'ExternalName','externalName':'a.b'}} | {'type':'ExternalName','externalName':'a.b',"
                        + "'sessionAffinity':'None'}",
            })
    void specs_are_filled_in(String type, String given, String spec) {
        assertTree(
                spec.replace("TEMPLATE", EMPTY_TEMPLATE),
                Samples.defaulted(KindValidationTest.type(type), given.replace("META", META))
                        .path("spec"));
    }

    @Test
    void a_replication_controller_takes_selector_and_labels_from_its_template() {
        ObjectNode rc = Samples.defaulted(
                ResourceType.core("replicationcontrollers"),
                "{" + META + ",'spec':{'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[]}}}}");
        assertTree("{'a':'b'}", rc.path("spec").path("selector"));
        assertTree("{'a':'b'}", rc.path("metadata").path("labels"));
    }

    @Test
    void texts_of_a_secret_become_data() {
        ObjectNode secret = Samples.defaulted(
                ResourceType.core("secrets"),
                "{" + META + ",'data':{'a':'eA==','b':'eQ=='},'stringData':{'b':'geheim'}}");
        assertTree("{'a':'eA==','b':'Z2VoZWlt'}", secret.path("data"));
        assertFalse(secret.has("stringData"));
        assertEquals("Opaque", secret.path("type").asText());
    }

    @Test
    void a_namespace_is_labelled_with_its_name() {
        ObjectNode namespace = Samples.defaulted(ResourceType.core("namespaces"), "{'metadata':{'name':'shop'}}");
        assertTree(
                "{'kubernetes.io/metadata.name':'shop'}",
                namespace.path("metadata").path("labels"));
    }

    @Test
    void subjects_and_role_references_know_their_group() {
        ObjectNode binding = Samples.defaulted(
                KindValidationTest.type("rolebindings.rbac.authorization.k8s.io"),
                "{" + META + ",'roleRef':{'kind':'Role','name':'r'},'subjects':[{'kind':'User','name':'u'},"
                        + "{'kind':'ServiceAccount','name':'s'}]}");
        assertTree("{'kind':'Role','name':'r','apiGroup':'rbac.authorization.k8s.io'}", binding.path("roleRef"));
        assertTree(
                "[{'kind':'User','name':'u','apiGroup':'rbac.authorization.k8s.io'},{'kind':'ServiceAccount','name':'s'}]",
                binding.path("subjects"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "pods | {META,'spec':{'hostNetwork':true,'containers':[{'name':'c','image':'i','ports':[{'containerPort':80}]}]}}",
                "services | {META,'spec':{'type':'LoadBalancer','ports':[{'port':80}]}}",
                "deployments.apps | {META,'spec':{'template':{'spec':{'containers':[{'name':'c','image':'i'}]}}}}",
                "secrets | {META,'stringData':{'a':'b'}}",
                "endpointslices.discovery.k8s.io | {META,'addressType':'IPv4','ports':[{'port':80}]}",
            })
    void defaulting_twice_changes_nothing(String type, String object) {
        ResourceType resource = KindValidationTest.type(type);
        ObjectNode once = Samples.defaulted(resource, object.replace("META", META));
        ObjectNode twice = once.deepCopy();
        Samples.strategy(resource).setDefaults(twice);
        assertEquals(once, twice);
    }

    private static JsonNode container(String fields) {
        String image = fields.contains("'image'") ? "" : "'image':'i',";
        ObjectNode pod =
                Samples.defaulted(PODS, "{" + META + ",'spec':{'containers':[{'name':'c'," + image + fields + "}]}}");
        return pod.path("spec").path("containers").path(0);
    }

    private static void assertTree(String expected, JsonNode actual) {
        assertEquals(Samples.tree("{'x':" + expected + "}").path("x").toPrettyString(), sorted(expected, actual));
    }

    /** Fields in the order of the expectation: order is no part of the promise. */
    private static String sorted(String expected, JsonNode actual) {
        JsonNode wanted = Samples.tree("{'x':" + expected + "}").path("x");
        return wanted.equals(actual) ? wanted.toPrettyString() : actual.toPrettyString();
    }
}
