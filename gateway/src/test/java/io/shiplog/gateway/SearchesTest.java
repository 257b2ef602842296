package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.projections.access.Access;
import io.shiplog.projections.access.Authorizer;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code searches.history.shiplog.io}. */
class SearchesTest extends ClusterTest {
    private static final String ALL = "/apis/history.shiplog.io/v1/searches";
    private static final String IN_SHOP = "/apis/history.shiplog.io/v1/namespaces/shop/searches";
    private static final String SECRETS = "/api/v1/namespaces/shop/secrets";

    /** The admin and nodes may do everything, all others may search, and list ConfigMaps in the namespace shop. */
    @Override
    Authorizer authorizer() {
        return (image, request) -> {
            boolean master = request.actor().groups().contains("system:masters")
                    || request.actor().groups().contains("system:nodes");
            boolean lists = request.verb().equals("list")
                    && request.resource().equals("configmaps")
                    && request.namespace().equals("shop");
            return new Access(master || lists || request.resource().equals("searches"), "");
        };
    }

    private static String spec(String text) {
        return "{\"spec\":%s}".formatted(text.replace('\'', '"'));
    }

    private void color(String name, String color) {
        admin.patch(
                        CONFIG_MAPS + "/" + name,
                        "application/merge-patch+json",
                        "{\"data\":{\"color\":\"%s\"}}".formatted(color))
                .is(200);
    }

    /** The names of what was found; of events their revisions. */
    private static String found(Api.Answer answer, String list, String name) {
        JsonNode items = answer.json().path("status").path(list);
        return items.valueStream().map(item -> item.at(name).asText()).collect(Collectors.joining(","));
    }

    private static String objects(Api.Answer answer) {
        return found(answer, "objects", "/name");
    }

    private static String deleted(Api.Answer answer) {
        return found(answer, "deleted", "/object/name");
    }

    private static String changes(Api.Answer answer) {
        return found(answer, "changes", "/metadata/name");
    }

    @Test
    void objectsEventsAndDeletedObjectsAreFoundByName() {
        configMap("web", "");
        configMap("cobweb", "");
        configMap("web-2", "");
        configMap("other", "");
        admin.delete(CONFIG_MAPS + "/web-2", "").is(200);

        Api.Answer search = admin.post(ALL, spec("{'text':'WEB'}")).is(201);

        assertEquals("Search", search.at("kind"));
        assertEquals("web,cobweb", objects(search));
        assertEquals("ConfigMap", search.at("status.objects.0.kind"));
        assertEquals("shop", search.at("status.objects.0.namespace"));
        assertEquals("web-2", deleted(search));
        assertEquals("kubernetes-admin", search.at("status.deleted.0.actor"));
        assertEquals("5,3,2,1", changes(search));
        assertEquals("1", search.at("status.searchedTo"));
        assertEquals("false", search.at("status.more"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "team=blue | a | | 3,1",
                "configmap shop red | | | ",
                "kubernetes-admin modified | | | 3",
                ".data.color | | | 3",
                ".data.color nobody-at-all | | | ",
                "configm | a,b | c | 5,4,3,2,1",
                "c deleted | | | 5",
            })
    void everyWordMustBeFound(String text, String objects, String deleted, String changes) {
        configMap("a", "team=blue");
        configMap("b", "team=green");
        color("a", "red");
        configMap("c", "");
        admin.delete(CONFIG_MAPS + "/c", "").is(200);

        Api.Answer search =
                admin.post(ALL, spec("{'text':'%s'}".formatted(text))).is(201);

        assertEquals(objects == null ? "" : objects, objects(search));
        assertEquals(deleted == null ? "" : deleted, deleted(search));
        assertEquals(changes == null ? "" : changes, changes(search));
    }

    @Test
    void aSearchForAFieldShowsHowItChanged() {
        configMap("a", "");
        color("a", "red");

        Api.Answer search = admin.post(ALL, spec("{'text':'.color'}")).is(201);

        assertEquals(".data.color", search.at("status.changes.0.fields.0.path"));
        assertEquals("red", search.at("status.changes.0.fields.0.after"));
    }

    @Test
    void whatUsersAskedForIsFoundAlone() {
        configMap("a", "");
        try (Api node = Api.withCertificate(cluster, cluster.pki.issue("node", "O=system:nodes,CN=system:node:n"))) {
            node.patch(CONFIG_MAPS + "/a", "application/merge-patch+json", "{\"data\":{\"k\":\"w\"}}")
                    .is(200);
        }

        assertEquals("2,1", changes(admin.post(ALL, spec("{'text':'a'}")).is(201)));
        assertEquals(
                "1", changes(admin.post(ALL, spec("{'text':'a','people':true}")).is(201)));
    }

    @Test
    void theClustersOwnAccountsAreFoundByTheirWholeName() {
        configMap("a", "");
        try (Api node =
                Api.withCertificate(cluster, cluster.pki.issue("node", "O=system:nodes,CN=system:node:host-7"))) {
            node.patch(CONFIG_MAPS + "/a", "application/merge-patch+json", "{\"data\":{\"k\":\"w\"}}")
                    .is(200);
        }

        assertEquals("2", changes(admin.post(ALL, spec("{'text':'host-7'}")).is(201)));
        assertEquals(
                "2",
                changes(admin.post(ALL, spec("{'text':'system:node:host-7'}")).is(201)));
        assertEquals("", changes(admin.post(ALL, spec("{'text':'host'}")).is(201)));
        assertEquals("1", changes(admin.post(ALL, spec("{'text':'netes-adm'}")).is(201)));
    }

    @Test
    void aSearchAsOfAMomentFindsWhatThereWasThen() {
        configMap("web", "");
        admin.delete(CONFIG_MAPS + "/web", "").is(200);

        Api.Answer then = admin.post(ALL, spec("{'text':'web','at':'1'}")).is(201);
        Api.Answer now = admin.post(ALL, spec("{'text':'web'}")).is(201);

        assertEquals("web | | 1", objects(then) + " | " + deleted(then) + "| " + changes(then));
        assertEquals(" | web | 2,1", objects(now) + " | " + deleted(now) + " | " + changes(now));
    }

    @Test
    void anAnswerIsLimitedAndTheNextContinuesAtItsEnd() {
        for (int i = 1; i <= 5; i++) {
            configMap("web-" + i, "");
        }

        Api.Answer first = admin.post(ALL, spec("{'text':'web','limit':2}")).is(201);
        Api.Answer second = admin.post(
                        ALL, spec("{'text':'web','limit':3,'before':'%s'}".formatted(first.at("status.searchedTo"))))
                .is(201);

        assertEquals("web-1,web-2", objects(first));
        assertEquals("true", first.at("status.moreObjects"));
        assertEquals("5,4", changes(first));
        assertEquals("4", first.at("status.searchedTo"));
        assertEquals("true", first.at("status.more"));
        assertEquals("", objects(second));
        assertEquals("3,2,1", changes(second));
        assertEquals("false", second.at("status.more"));
    }

    @Test
    void onlyWhatTheCallerMayListIsFound() {
        admin.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"shop\"}}").is(201);
        configMap("web", "");
        admin.post(SECRETS, "{\"metadata\":{\"name\":\"web-key\"}}").is(201);
        admin.post(CONFIG_MAPS.replace("shop", "other"), "{\"metadata\":{\"name\":\"web-other\"}}")
                .is(201);
        admin.delete(SECRETS + "/web-key", "").is(200);
        try (Api rita = Api.withCertificate(cluster, cluster.pki.issue("reader", "O=readers,CN=rita"))) {
            for (String path : List.of(IN_SHOP, ALL)) {
                Api.Answer search = rita.post(path, spec("{'text':'web'}")).is(201);
                Api.Answer past =
                        rita.post(path, spec("{'text':'web','at':'4'}")).is(201);

                assertEquals("web | | 2", objects(search) + " | " + deleted(search) + "| " + changes(search));
                assertEquals("web | | 2", objects(past) + " | " + deleted(past) + "| " + changes(past));
            }
        }
    }

    @Test
    void aSearchSentToANamespaceStaysThere() {
        configMap("web", "");
        admin.post(CONFIG_MAPS.replace("shop", "other"), "{\"metadata\":{\"name\":\"web-other\"}}")
                .is(201);

        Api.Answer search = admin.post(IN_SHOP, spec("{'text':'web'}")).is(201);

        assertEquals("web", objects(search));
        assertEquals("1", changes(search));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | spec.text: Required value: the words to search for",
                "{'text':'  '} | spec.text: Required value: the words to search for",
                "{'text':'a b c d e f g h i'} | spec.text: Too many: 9: must have at most 8 words",
                "{'text':'a','limit':0} | spec.limit: Invalid value: 0: must be between 1 and 100",
                "{'text':'a','limit':101} | spec.limit: Invalid value: 101: must be between 1 and 100",
                "{'text':'a','before':'now'} | spec.before: Invalid value: \"now\": must be a revision",
                "{'text':'a','at':'7'} | revision 7 is in the future: the newest revision is 1",
            })
    void anInvalidSearchIsRefused(String spec, String message) {
        configMap("a", "");

        admin.post(ALL, spec(spec)).refuses(400, "BadRequest", message);
    }

    @Test
    void aTextThatIsTooLongIsRefused() {
        admin.post(ALL, spec("{'text':'%s'}".formatted("x".repeat(257))))
                .refuses(400, "BadRequest", "spec.text: Too long: may not be more than 256 characters");
    }
}
