package io.shiplog.command.kind.core.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.scheduling.PriorityClassKind;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class PodAdmissionTest {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final Actor USER = new Actor("jane", List.of("system:authenticated"));
    private static final String ACCOUNT = "{'metadata':{'name':'default','namespace':'default'}}";
    private static final String TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

    private final FakeState state = new FakeState().with("serviceaccounts", ACCOUNT);

    @Test
    void a_new_pod_is_pending_and_runs_as_the_default_account() {
        ObjectNode pod = created("", state);
        assertEquals("default", Trees.text(pod, "spec", "serviceAccountName"));
        assertEquals("default", Trees.text(pod, "spec", "serviceAccount"));
        assertEquals("Pending", Trees.text(pod, "status", "phase"));
        assertEquals("BestEffort", Trees.text(pod, "status", "qosClass"));
        assertEquals(0, Trees.at(pod, "spec", "priority").asInt(-1));
        assertEquals("PreemptLowerPriority", Trees.text(pod, "spec", "preemptionPolicy"));
        assertNull(admit(pod, state));
    }

    @Test
    void a_negative_grace_period_of_a_pod_is_one_second() {
        ObjectNode pod = created("'terminationGracePeriodSeconds':-1,", state);

        assertEquals(1, Trees.at(pod, "spec", "terminationGracePeriodSeconds").asInt());
    }

    @Test
    void a_negative_grace_period_in_an_update_is_one_second_too() {
        ObjectNode old = created("'terminationGracePeriodSeconds':-1,", state);
        ObjectNode sent = old.deepCopy();
        Trees.object(sent, "spec").put("terminationGracePeriodSeconds", -5);
        ObjectNode pod = Samples.defaulted(PODS, sent.toString());
        FieldErrors errors = new FieldErrors();

        Samples.strategy(PODS).validateUpdate(pod, old, errors);

        assertEquals(1, Trees.at(pod, "spec", "terminationGracePeriodSeconds").asInt());
        assertTrue(errors.isEmpty(), errors::toString);
    }

    @Test
    void a_status_without_observed_generations_keeps_those_that_were_reported() {
        ObjectNode old = created("", state);
        ObjectNode status = Trees.object(old, "status").put("observedGeneration", 3);
        ArrayNode known = status.putArray("conditions");
        known.addObject().put("type", "Ready").put("observedGeneration", 2);
        known.addObject().put("type", "Initialized").put("observedGeneration", 2);
        ObjectNode pod = old.deepCopy();
        ObjectNode sent = pod.putObject("status");
        sent.putArray("conditions").addObject().put("type", "Ready");
        sent.withArray("conditions").addObject().put("type", "Initialized").put("observedGeneration", 4);
        sent.withArray("conditions").addObject().put("type", "Mine");

        Samples.strategy(PODS).prepareForStatusUpdate(pod, old, state);

        assertEquals(3, Trees.at(pod, "status", "observedGeneration").asInt());
        JsonNode conditions = Trees.at(pod, "status", "conditions");
        assertEquals(2, conditions.path(0).path("observedGeneration").asInt());
        assertEquals(4, conditions.path(1).path("observedGeneration").asInt());
        assertFalse(conditions.path(2).has("observedGeneration"), "no one has reported it");
    }

    @Test
    void a_pod_that_is_sent_back_keeps_what_admission_gave_it() {
        ObjectNode old = created("", state);
        ObjectNode pod = old.deepCopy();
        ObjectNode spec = Trees.object(pod, "spec");
        spec.remove(List.of("priority", "preemptionPolicy"));
        spec.putArray("tolerations").addObject().put("key", "mine").put("operator", "Exists");

        new PodKind().prepareForUpdate(pod, old, state);

        assertEquals(0, spec.path("priority").asInt(-1));
        assertEquals("PreemptLowerPriority", spec.path("preemptionPolicy").asText());
        assertEquals(
                List.of("mine", "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"),
                Trees.objects(spec, "tolerations").stream()
                        .map(each -> Trees.text(each, "key"))
                        .toList());
    }

    @Test
    void every_container_gets_the_token_mounted() {
        ObjectNode pod = created("'initContainers':[{'name':'i','image':'i'}],", state);
        JsonNode volume = Trees.at(pod, "spec", "volumes").path(0);
        String name = Trees.text(volume, "name");
        assertTrue(name.matches("kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}"), name);
        JsonNode sources = Trees.at(volume, "projected", "sources");
        assertEquals(
                3607,
                Trees.at(sources.path(0), "serviceAccountToken", "expirationSeconds")
                        .asInt());
        assertEquals("kube-root-ca.crt", Trees.text(sources.path(1), "configMap", "name"));
        assertEquals(
                "namespace",
                Trees.text(Trees.at(sources.path(2), "downwardAPI", "items").path(0), "path"));
        for (ObjectNode container : Trees.objects(pod.path("spec"), "containers", "initContainers")) {
            JsonNode mount = container.path("volumeMounts").path(0);
            assertEquals(name, Trees.text(mount, "name"));
            assertEquals(TOKEN_PATH, Trees.text(mount, "mountPath"));
            assertTrue(mount.path("readOnly").asBoolean());
        }
    }

    @Test
    void the_volume_is_called_otherwise_at_another_moment_but_the_same_in_a_replay() {
        String first =
                Trees.text(Trees.at(created("", state), "spec", "volumes").path(0), "name");
        String again =
                Trees.text(Trees.at(created("", state), "spec", "volumes").path(0), "name");
        FakeState later = new FakeState().with("serviceaccounts", ACCOUNT).at(FakeState.NOW.plusSeconds(1));
        assertEquals(first, again);
        assertNotEquals(
                first,
                Trees.text(Trees.at(created("", later), "spec", "volumes").path(0), "name"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'automountServiceAccountToken':false, | {'metadata':{'name':'default','namespace':'default'}}",
                "'x':0, | {'metadata':{'name':'default','namespace':'default'},'automountServiceAccountToken':false}",
            })
    void pod_and_account_may_do_without_a_token(String pod, String account) {
        ObjectNode created = created(pod.replace("'x':0,", ""), new FakeState().with("serviceaccounts", account));
        assertTrue(Trees.at(created, "spec", "volumes").isMissingNode());
    }

    @Test
    void the_pod_has_the_last_word_on_the_token() {
        FakeState without = new FakeState()
                .with("serviceaccounts", ACCOUNT.replace("}}", "},'automountServiceAccountToken':false}"));
        assertEquals(
                1,
                Trees.at(created("'automountServiceAccountToken':true,", without), "spec", "volumes")
                        .size());
    }

    @Test
    void a_container_that_mounts_something_there_keeps_it() {
        ObjectNode pod = Samples.created(
                PODS,
                "{'metadata':{'name':'p','namespace':'default'},'spec':{'volumes':[{'name':'own'}],'containers':[{'name':'c',"
                        + "'image':'i','volumeMounts':[{'name':'own','mountPath':'" + TOKEN_PATH + "'}]}]}}",
                state);
        assertEquals(1, Trees.at(pod, "spec", "volumes").size());
        assertEquals(
                1,
                Trees.at(pod, "spec", "containers").path(0).path("volumeMounts").size());
    }

    @Test
    void pull_secrets_come_from_the_account_unless_the_pod_has_its_own() {
        FakeState secrets = new FakeState()
                .with("serviceaccounts", ACCOUNT.replace("}}", "},'imagePullSecrets':[{'name':'registry'}]}"));
        assertEquals(
                "registry",
                Trees.text(
                        Trees.at(created("", secrets), "spec", "imagePullSecrets")
                                .path(0),
                        "name"));
        assertEquals(
                "mine",
                Trees.text(
                        Trees.at(created("'imagePullSecrets':[{'name':'mine'}],", secrets), "spec", "imagePullSecrets")
                                .path(0),
                        "name"));
    }

    @Test
    void silent_nodes_are_tolerated_for_five_minutes_but_not_twice() {
        ObjectNode pod = created("'tolerations':[{'key':'node.kubernetes.io/not-ready','operator':'Exists'}],", state);
        JsonNode tolerations = Trees.at(pod, "spec", "tolerations");
        assertEquals(2, tolerations.size());
        assertEquals("node.kubernetes.io/unreachable", Trees.text(tolerations.path(1), "key"));
        assertEquals(300, tolerations.path(1).path("tolerationSeconds").asInt());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'serviceAccountName':'nobody', | pods \"p\" is forbidden: error looking up service account default/nobody:"
                        + " serviceaccount \"nobody\" not found",
                "'runtimeClassName':'gvisor', | pods \"p\" is forbidden: pod rejected: RuntimeClass \"gvisor\" not found",
                "'priorityClassName':'gold', | pods \"p\" is forbidden: no PriorityClass with name gold was found",
            })
    void what_does_not_exist_is_forbidden(String spec, String message) {
        Refusal refusal = Objects.requireNonNull(admit(created(spec, state), state));
        assertEquals(Refusal.Reason.FORBIDDEN, refusal.reason());
        assertEquals(message, refusal.message());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'priorityClassName':'gold', | gold | 7 | PreemptLowerPriority",
                "'priorityClassName':'quiet', | quiet | 5 | Never",
                "'priorityClassName':'gold','priority':7,'preemptionPolicy':'PreemptLowerPriority', | gold | 7 |"
                        + " PreemptLowerPriority",
                "'x':0, | low | -3 | PreemptLowerPriority",
            })
    void the_class_says_what_a_pod_may_do(String spec, String name, int priority, String policy) {
        ObjectNode pod = created(spec.replace("'x':0,", ""), withClasses());
        assertEquals(name, Trees.text(pod, "spec", "priorityClassName"));
        assertEquals(priority, Trees.at(pod, "spec", "priority").asInt());
        assertEquals(policy, Trees.text(pod, "spec", "preemptionPolicy"));
        assertNull(admit(pod, withClasses()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'priority':9, | pods \"p\" is forbidden: the integer value of priority (9) must not be provided in pod spec;"
                        + " priority admission controller computed -3 from the given PriorityClass name",
                "'priorityClassName':'gold','priority':0, | pods \"p\" is forbidden: the integer value of priority (0) must not"
                        + " be provided in pod spec; priority admission controller computed 7 from the given PriorityClass name",
                "'priorityClassName':'gold','preemptionPolicy':'Never', | pods \"p\" is forbidden: the string value of"
                        + " PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed"
                        + " PreemptLowerPriority from the given PriorityClass name",
                "'priorityClassName':'gone', | pods \"p\" is forbidden: no PriorityClass with name gone was found",
            })
    void users_cannot_set_a_pods_priority(String spec, String message) {
        Refusal refusal = Objects.requireNonNull(admit(created(spec, withClasses()), withClasses()));
        assertEquals(Refusal.Reason.FORBIDDEN, refusal.reason());
        assertEquals(message, refusal.message());
    }

    /** Two defaults, as a race could leave them: the lower one counts. */
    private static FakeState withClasses() {
        return new FakeState()
                .with("serviceaccounts", ACCOUNT)
                .with(PriorityClassKind.TYPE, "{'metadata':{'name':'gold'},'value':7}")
                .with(PriorityClassKind.TYPE, "{'metadata':{'name':'quiet'},'value':5,'preemptionPolicy':'Never'}")
                .with(PriorityClassKind.TYPE, "{'metadata':{'name':'high'},'value':3,'globalDefault':true}")
                .with(PriorityClassKind.TYPE, "{'metadata':{'name':'low'},'value':-3,'globalDefault':true}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | BestEffort",
                "{'requests':{'cpu':'0'}} | BestEffort",
                "{'requests':{'cpu':'1'}} | Burstable",
                "{'limits':{'cpu':'1'}} | Burstable",
                "{'limits':{'cpu':'1','memory':'1Gi'}} | Guaranteed",
                "{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'1000m'}} | Guaranteed",
                "{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'500m'}} | Burstable",
                "{'limits':{'example.com/gpu':'1'}} | BestEffort",
            })
    void resources_make_the_class(String resources, String qosClass) {
        ObjectNode pod = Samples.created(
                PODS,
                "{'metadata':{'name':'p','namespace':'default'},'spec':{'containers':[{'name':'c','image':'i','resources':"
                        + resources + "}]}}",
                state);
        assertEquals(qosClass, Trees.text(pod, "status", "qosClass"));
    }

    @Test
    void a_pod_that_comes_back_from_the_log_is_the_same_pod() {
        ObjectNode pod = created("'activeDeadlineSeconds':4,'securityContext':{'runAsUser':5000000000},", state);
        ObjectNode stored = (ObjectNode) Json.of(pod).tree();
        assertEquals(stored, pod);
        pod.remove("status");
        ObjectNode sent = Samples.defaulted(PODS, pod.toString());
        Samples.strategy(PODS).prepareForUpdate(sent, stored, state);
        FieldErrors errors = new FieldErrors();
        Samples.strategy(PODS).validateUpdate(sent, stored, errors);
        assertEquals(List.of(), Samples.messages(errors));
        assertEquals(stored, sent);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'x':1, | Running | | 0",
                "'nodeName':'n', | Running | | 30",
                "'nodeName':'n','terminationGracePeriodSeconds':5, | Running | | 5",
                "'nodeName':'n', | Running | 7 | 7",
                "'nodeName':'n', | Running | 0 | 0",
                "'nodeName':'n', | Running | -1 | 1",
                "'nodeName':'n', | Succeeded | 7 | 0",
                "'nodeName':'n', | Failed | | 0",
            })
    void a_deletion_waits_only_for_the_node(String spec, String phase, String requested, long seconds) {
        ObjectNode pod = created(spec.replace("'x':1,", ""), state);
        Trees.object(pod, "status").put("phase", phase);
        assertEquals(
                seconds,
                Samples.strategy(PODS)
                        .gracePeriodSeconds(pod, requested == null ? null : Long.valueOf(requested.strip())));
    }

    private static @Nullable Refusal admit(ObjectNode pod, DecidedState state) {
        return Samples.strategy(PODS).admit(pod, null, USER, state);
    }

    private static ObjectNode created(String spec, DecidedState state) {
        return Samples.created(
                PODS,
                "{'metadata':{'name':'p','namespace':'default'},'spec':{" + spec
                        + "'containers':[{'name':'c','image':'i'}]}}",
                state);
    }
}
