package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** get and list. */
class ReadingTest extends ClusterTest {

    private List<String> names(String query) {
        return names(admin.get(CONFIG_MAPS + query).is(200));
    }

    private static List<String> names(Api.Answer list) {
        List<String> names = new ArrayList<>();
        for (JsonNode item : list.json().path("items")) {
            names.add(item.path("metadata").path("name").asText());
        }
        return names;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/v1/nodes?fieldSelector=metadata.namespace%3Dx | field label not supported: metadata.namespace",
                "/api/v1/namespaces?fieldSelector=metadata.namespace%3Dx | field label not supported: metadata.namespace",
                "/api/v1/pods?fieldSelector=foo%3Dbar | field label not supported: foo",
            })
    void aKindWithFieldsOfItsOwnKnowsNoOthers(String path, String message) {
        admin.get(path).refuses(400, "BadRequest", message);
    }

    @Test
    void componentStatusesTellWhetherTheLogAnswers() {
        Api.Answer list = admin.get("/api/v1/componentstatuses").is(200);
        assertEquals("ComponentStatusList", list.at("kind"));
        assertEquals("299 - \"v1 ComponentStatus is deprecated in v1.19+\"", list.header("warning"));
        assertEquals("True", list.at("items.0.conditions.0.status"));
        assertEquals("ok", admin.get("/api/v1/componentstatuses/log").is(200).at("conditions.0.message"));
        assertEquals(
                0,
                admin.get("/api/v1/componentstatuses?labelSelector=a%3Db")
                        .is(200)
                        .json()
                        .path("items")
                        .size());
        admin.get("/api/v1/componentstatuses/etcd-0").refuses(404, "NotFound", "componentstatus \"etcd-0\" not found");
        admin.get("/api/v1/componentstatuses/log/status").is(404);
        admin.get("/api/v1/componentstatuses?watch=1").is(405);
        admin.delete("/api/v1/componentstatuses/log", "").is(405);
        admin.post("/api/v1/componentstatuses", "{}").is(405);
        assertEquals(
                "[\"log\",\"Healthy\",\"ok\",\"\"]",
                admin.get("/api/v1/componentstatuses", "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
                        .is(200)
                        .json()
                        .at("/rows/0/cells")
                        .toString());
    }

    @Test
    void anObjectIsGivenBackAsItWasStored() {
        String stored = configMap("a", "").text();
        Api.Answer read = admin.get(CONFIG_MAPS + "/a").is(200);
        assertEquals(stored, read.text());
        assertEquals("application/json", read.header("content-type"));
        assertEquals("no-cache, private", read.header("cache-control"));
        assertFalse(read.header("audit-id").isEmpty());
    }

    @Test
    void aMissingObjectIsNotFoundByName() {
        Api.Answer answer = admin.get("/apis/apps/v1/namespaces/shop/deployments/web")
                .refuses(404, "NotFound", "deployments.apps \"web\" not found");
        assertEquals("{\"name\":\"web\",\"group\":\"apps\",\"kind\":\"deployments\"}", answer.at("details"));
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/namespaces/shop/gadgets",
        "/api/v2/namespaces/shop/pods",
        "/apis/nowhere.io/v1/things",
        "/apis/apps/v1/namespaces/shop/pods",
        "/api/v1/pods/web",
        "/api/v1/namespaces/shop/nodes",
        "/api/v1/namespaces/shop/configmaps/a/scale",
        "/api/v1/namespaces/shop/configmaps/a/b/c",
        "/nothing",
        "/apis/nowhere.io",
        "/openapi/v3/apis/nowhere.io/v1",
    })
    void whatDoesNotExistIsNotFound(String path) {
        Api.Answer answer =
                admin.get(path).refuses(404, "NotFound", "the server could not find the requested resource");
        assertEquals("{}", answer.at("details"));
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,/api/v1/namespaces/shop/configmaps",
        "PATCH,/api/v1/namespaces/shop/configmaps",
        "POST,/api/v1/namespaces/shop/configmaps/a",
        "POST,/api/v1/configmaps",
        "DELETE,/api/v1/configmaps",
        "DELETE,/api/v1/namespaces",
        "PUT,/api/v1/namespaces/shop/pods/web/log",
        "GET,/api/v1/namespaces/shop/pods/web/binding",
        "GET,/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        "POST,/version",
    })
    void whatCannotBeDoneIsNotAllowed(String method, String path) {
        admin.send(method, path, "{}")
                .refuses(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    /** A HEAD that watches would hold its place and send nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"configmaps", "configmaps?watch=true", "configmaps/a"})
    void objectsHaveNoHead(String path) {
        admin.send("HEAD", "/api/v1/namespaces/shop/" + path, "").is(405);
    }

    @Test
    void aNamespaceIsReadByItsName() {
        admin.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"shop\"}}").is(201);
        assertEquals("shop", admin.get("/api/v1/namespaces/shop").is(200).at("metadata.name"));
        assertEquals("shop", admin.get("/api/v1/namespaces/shop/status").is(200).at("metadata.name"));
    }

    @Test
    void aListHasItsKindItsRevisionAndItsItemsByName() {
        configMap("b", "");
        configMap("a", "");
        Api.Answer list = admin.get(CONFIG_MAPS).is(200);
        assertEquals("ConfigMapList", list.at("kind"));
        assertEquals("v1", list.at("apiVersion"));
        assertEquals("2", list.at("metadata.resourceVersion"));
        assertEquals(List.of("a", "b"), names(list));
        assertEquals(List.of(), names(admin.get("/api/v1/namespaces/other/configmaps")));
        assertEquals(List.of("a", "b"), names(admin.get("/api/v1/configmaps")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app=web | a b",
                "app==web,tier=front | a",
                "app!=web | c d",
                "app in (web, db) | a b c",
                "app notin (web) | c d",
                "tier | a",
                "!tier | b c d",
                "app=web,!tier | b",
                "size>2 | c",
                "size<2 | b",
                "app in () | ",
            })
    void labelsSelect(String selector, String expected) {
        configMap("a", "app=web,tier=front");
        configMap("b", "app=web,size=1");
        configMap("c", "app=db,size=3");
        configMap("d", "");
        String query =
                "?labelSelector=" + java.net.URLEncoder.encode(selector, java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(expected == null ? List.of() : List.of(expected.split(" ")), names(query));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "labelSelector=%3D | 400",
                "labelSelector=a%20b | 400",
                "labelSelector=a%20in%20b | 400",
                "labelSelector=-a | 400",
                "fieldSelector=data.k%3Dv | 400",
                "fieldSelector=nonsense | 400",
                "limit=ten | 400",
                "resourceVersion=abc | 400",
                "continue=abc | 400",
                "resourceVersionMatch=Exact | 422",
                "resourceVersionMatch=Sometimes&resourceVersion=1 | 422",
                "resourceVersionMatch=Exact&resourceVersion=0 | 422",
                "sendInitialEvents=true | 422",
            })
    void whatCannotBeReadIsRefused(String query, int code) {
        Api.Answer answer = admin.get(CONFIG_MAPS + "?" + query.strip()).is(code);
        assertEquals("Status", answer.at("kind"));
    }

    /** The messages are kube-apiserver's, in its order: what cannot be decoded comes first. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=abc | strconv.ParseInt: parsing \"abc\": invalid syntax",
                "limit= | strconv.ParseInt: parsing \"\": invalid syntax",
                "limit=99999999999999999999 | strconv.ParseInt: parsing \"99999999999999999999\": value out of range",
                "timeoutSeconds=abc | strconv.ParseInt: parsing \"abc\": invalid syntax",
                "timeoutSeconds=1.5&sendInitialEvents=true | strconv.ParseInt: parsing \"1.5\": invalid syntax",
                "watch=1&timeoutSeconds=%D9%A1 | strconv.ParseInt: parsing \"\u0661\": invalid syntax",
                "watch=1&limit=abc | strconv.ParseInt: parsing \"abc\": invalid syntax",
                "resourceVersion=-1 | invalid resource version: resourceVersion: Invalid value: \"-1\": strconv.ParseUint: parsing \"-1\": invalid syntax",
                "fieldSelector=metadata.name%3Da%3Db | invalid field selector: unescaped character in value: 61",
                "fieldSelector=metadata.name%3Da%5Cb | invalid field selector: invalid escape sequence: \\b",
                "fieldSelector=metadata.name%3Da%5C | invalid field selector: invalid escape sequence: \\",
                "fieldSelector=metadata.name | invalid selector: 'metadata.name'; can't understand 'metadata.name'",
                "fieldSelector=%20metadata.name%3Da | \" metadata.name\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
                "labelSelector=!! | unable to parse requirement: found '!', expected: identifier",
                "labelSelector=a%3Db%2C | found '', expected: identifier after ','",
                "continue=bad | invalid continue token: continue key is not valid: invalid character 'm' looking for beginning of value",
                "labelSelector=a%3D%3D%3D | unable to parse requirement: found '=', expected: identifier",
            })
    void whatCannotBeDecodedIsABadRequest(String query, String message) {
        admin.get(CONFIG_MAPS + "?" + query.strip()).refuses(400, "BadRequest", message);
    }

    @Test
    void aCollectionIsNotDeletedByAQueryThatCannotBeDecoded() {
        configMap("a", "");
        for (String query : List.of("limit=abc", "timeoutSeconds=abc", "fieldSelector=metadata.name%3Da%3Db")) {
            admin.delete(CONFIG_MAPS + "?" + query, "").is(400);
        }
        assertEquals(List.of("a"), names(""));
    }

    /** What Go's conversion takes for true or for absent. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "watch=false",
                "watch=0",
                "allowWatchBookmarks=x",
                "limit=-1",
                "timeoutSeconds=-1",
                "timeoutSeconds=%2B5",
                "fieldSelector=%3D%3D",
                "fieldSelector=,",
                "fieldSelector=metadata.name%3Da%2C",
                "pretty=x",
            })
    void whatIsDecodedIsAnswered(String query) {
        configMap("a", "");
        assertEquals(List.of("a"), names("?" + query));
    }

    @Test
    void invalidOptionsSayOfWhichKindTheyAre() {
        Api.Answer answer = admin.get(CONFIG_MAPS + "?resourceVersionMatch=Bad&resourceVersion=1")
                .refuses(
                        422,
                        "Invalid",
                        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Unsupported value: \"Bad\": supported values: \"Exact\", \"NotOlderThan\", \"\"");
        assertEquals("meta.k8s.io", answer.at("details.group"));
        assertEquals("ListOptions", answer.at("details.kind"));
    }

    @Test
    void fieldsSelect() {
        configMap("a", "");
        configMap("b", "");
        assertEquals(List.of("b"), names("?fieldSelector=metadata.name%3Db"));
        assertEquals(List.of("a"), names("?fieldSelector=metadata.name!%3Db"));
        assertEquals(List.of("a", "b"), names(admin.get("/api/v1/configmaps?fieldSelector=metadata.namespace%3Dshop")));
        admin.get("/api/v1/pods?fieldSelector=spec.colour%3Dred")
                .refuses(400, "BadRequest", "field label not supported: spec.colour");
        admin.get(CONFIG_MAPS + "?fieldSelector=x%3Dy")
                .refuses(
                        400,
                        "BadRequest",
                        "\"x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
    }

    @Test
    void pagesShowOneStateWhateverHappensBetweenThem() {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            configMap(name, "");
        }
        Api.Answer first = admin.get(CONFIG_MAPS + "?limit=2").is(200);
        assertEquals(List.of("a", "b"), names(first));
        assertEquals("3", first.at("metadata.remainingItemCount"));

        admin.delete(CONFIG_MAPS + "/c", "").is(200);
        configMap("bb", "");

        Api.Answer second = admin.get(CONFIG_MAPS + "?limit=2&continue=" + first.at("metadata.continue"))
                .is(200);
        assertEquals(List.of("c", "d"), names(second));
        assertEquals("1", second.at("metadata.remainingItemCount"));
        assertEquals(first.at("metadata.resourceVersion"), second.at("metadata.resourceVersion"));
        Api.Answer third = admin.get(CONFIG_MAPS + "?limit=2&continue=" + second.at("metadata.continue"))
                .is(200);
        assertEquals(List.of("e"), names(third));
        assertEquals("", third.at("metadata.continue"));
    }

    @Test
    void aListGoesOnAsItBeganHoweverManyWereBegunSince() {
        for (String name : List.of("a", "b", "c")) {
            configMap(name, "");
        }
        Api.Answer first = admin.get(CONFIG_MAPS + "?limit=1").is(200);
        admin.delete(CONFIG_MAPS + "/b", "").is(200);
        for (int i = 0; i < 10; i++) {
            configMap("later-" + i, "");
            admin.get(CONFIG_MAPS + "?limit=1").is(200);
        }
        Api.Answer second = admin.get(CONFIG_MAPS + "?limit=5&continue=" + first.at("metadata.continue"))
                .is(200);
        assertEquals(List.of("b", "c"), names(second));
        assertEquals(first.at("metadata.resourceVersion"), second.at("metadata.resourceVersion"));
    }

    @Test
    void aForgottenPageIsExpiredAndSaysHowToGoOnAllTheSame() {
        for (String name : List.of("a", "b", "c")) {
            configMap(name, "");
        }
        String stale = java.util.Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"v\":\"shiplog/v1\",\"rv\":1,\"ns\":\"shop\",\"start\":\"b\",\"left\":2}"
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Api.Answer expired =
                admin.get(CONFIG_MAPS + "?limit=2&continue=" + stale).is(410);
        assertEquals("Expired", expired.at("reason"));
        assertTrue(expired.at("message").startsWith("The provided continue parameter is too old"), expired::text);
        assertEquals(List.of("b", "c"), names("?limit=2&continue=" + expired.at("metadata.continue")));
    }

    @Test
    void revisionsAreExactWhereAskedSoAndElseNotOlder() {
        configMap("a", "");
        configMap("b", "");
        configMap("c", "");
        assertEquals(List.of("a", "b"), names("?resourceVersion=2&resourceVersionMatch=Exact"));
        assertEquals(List.of("a", "b"), names("?resourceVersion=2&limit=10"));
        assertEquals(List.of("a", "b", "c"), names("?resourceVersion=2"));
        assertEquals(List.of("a", "b", "c"), names("?resourceVersion=0"));
        assertEquals(List.of("a", "b", "c"), names("?resourceVersion=2&resourceVersionMatch=NotOlderThan"));
    }

    @Test
    void aRevisionThatDoesNotComeIsTooLarge() {
        configMap("a", "");
        Api.Answer answer = admin.get(CONFIG_MAPS + "/a?resourceVersion=99")
                .refuses(504, "Timeout", "Too large resource version: 99, current: 1");
        assertEquals("ResourceVersionTooLarge", answer.at("details.causes.0.reason"));
        assertEquals("1", answer.at("details.retryAfterSeconds"));
        assertEquals("1", answer.header("retry-after"));
    }

    @Test
    void aTableHasColumnsRowsAndMetadata() {
        configMap("a", "x=y");
        Api.Answer table = admin.get(CONFIG_MAPS, "Accept", Api.TABLE).is(200);
        assertEquals("Table", table.at("kind"));
        assertEquals("meta.k8s.io/v1", table.at("apiVersion"));
        assertEquals("1", table.at("metadata.resourceVersion"));
        assertEquals("Name", table.at("columnDefinitions.0.name"));
        assertEquals("a", table.at("rows.0.cells.0"));
        assertEquals("PartialObjectMetadata", table.at("rows.0.object.kind"));
        assertEquals("y", table.at("rows.0.object.metadata.labels.x"));
        assertEquals("", table.at("rows.0.object.data"));

        assertEquals(
                "v",
                admin.get(CONFIG_MAPS + "?includeObject=Object", "Accept", Api.TABLE)
                        .at("rows.0.object.data.k"));
        assertEquals(
                "null",
                admin.get(CONFIG_MAPS + "/a?includeObject=None", "Accept", Api.TABLE)
                        .at("rows.0.object"));
        admin.get(CONFIG_MAPS + "?includeObject=All", "Accept", Api.TABLE).is(400);
    }

    @Test
    void metadataAloneAndYaml() {
        configMap("a", "");
        Api.Answer partial = admin.get(
                        CONFIG_MAPS + "/a", "Accept", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1")
                .is(200);
        assertEquals("PartialObjectMetadata", partial.at("kind"));
        assertEquals("", partial.at("data"));
        assertEquals(
                "PartialObjectMetadataList",
                admin.get(CONFIG_MAPS, "Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1")
                        .is(200)
                        .at("kind"));
        Api.Answer yaml =
                admin.get(CONFIG_MAPS + "/a", "Accept", "application/yaml").is(200);
        assertTrue(yaml.text().contains("\nkind: ConfigMap") || yaml.text().startsWith("kind: ConfigMap"), yaml::text);
        admin.get(CONFIG_MAPS, "Accept", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1")
                .is(406);
        String types = "application/json, application/yaml, application/vnd.kubernetes.protobuf";
        String streams = ", application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";
        String none = "406: Not Acceptable\n\nAvailable representations: ";
        // Kubernetes' router does not know application/*.
        for (String unknown : List.of("image/png", "application/*", "text/html, application/xml;q=0.9")) {
            Api.Answer refused = admin.get(CONFIG_MAPS, "Accept", unknown);
            refused.refuses(406, "NotAcceptable", none + types + streams);
            assertEquals("{}", refused.json().path("details").toString());
            admin.get(CONFIG_MAPS + "/a", "Accept", unknown).refuses(406, "NotAcceptable", none + types);
        }
        admin.get(CONFIG_MAPS, "Accept", "application/json;as=Table;v=v2;g=meta.k8s.io")
                .refuses(406, "NotAcceptable", "only the following media types are accepted: " + types);
        admin.get(CONFIG_MAPS, "Accept", "text/html, */*;q=0.8").is(200);
        admin.get(CONFIG_MAPS, "Accept", "application/vnd.kubernetes.protobuf,application/json")
                .is(200);
    }

    @Test
    void aListLargerThanManyPiecesComesWhole() {
        String filling = "x".repeat(20_000);
        for (int i = 0; i < 60; i++) {
            admin.post(CONFIG_MAPS, """
                    {"metadata":{"name":"big-%02d"},"data":{"k":"%s"}}""".formatted(i, filling)).is(201);
        }
        assertEquals(60, names("").size());
        assertEquals(
                60,
                admin.get(CONFIG_MAPS, "Accept", Api.TABLE).json().path("rows").size());
    }

    @Test
    void anEventIsServedByBothGroups() {
        String core = "/api/v1/namespaces/shop/events";
        String events = "/apis/events.k8s.io/v1/namespaces/shop/events";
        admin.post(core, """
                {"kind":"Event","apiVersion":"v1","metadata":{"name":"e1"},"involvedObject":{"kind":"Pod","name":"web"},
                 "message":"it started","reason":"Started","source":{"component":"kubelet"},"count":3}""").is(201);
        Api.Answer seen = admin.get(events + "/e1").is(200);
        assertEquals("events.k8s.io/v1", seen.at("apiVersion"));
        assertEquals("it started", seen.at("note"));
        assertEquals("web", seen.at("regarding.name"));
        assertEquals("3", seen.at("deprecatedCount"));
        assertEquals("", seen.at("message"));
        assertEquals(
                1,
                admin.get(events + "?fieldSelector=regarding.name%3Dweb")
                        .json()
                        .path("items")
                        .size());
        assertEquals(
                0,
                admin.get(events + "?fieldSelector=regarding.name%3Ddb")
                        .json()
                        .path("items")
                        .size());

        admin.post(events, """
                {"kind":"Event","apiVersion":"events.k8s.io/v1","metadata":{"name":"e2"},"regarding":{"kind":"Pod","name":"db"},
                 "note":"it stopped"}""").is(201);
        assertEquals("it stopped", admin.get(core + "/e2").is(200).at("message"));
        // The rules of its group hold: the command names it, and so do those of an update and a patch.
        assertEquals("events.k8s.io", cluster.commands.last().command().type().group());
        admin.patch(events + "/e2", "application/merge-patch+json", "{}");
        assertEquals("events.k8s.io", cluster.commands.last().command().type().group());
        admin.put(events + "/e2", "{}");
        assertEquals("events.k8s.io", cluster.commands.last().command().type().group());
        admin.get(events + "/e3").refuses(404, "NotFound", "events.events.k8s.io \"e3\" not found");
    }

    /** Item by item, so that no list is whole in memory: the text must be that of the whole. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void aListIsTheSameInYamlAndJson(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            configMap("m" + i, "app=web");
        }
        for (String form : List.of("", ";as=Table;v=v1;g=meta.k8s.io")) {
            Api.Answer json =
                    admin.get(CONFIG_MAPS, "Accept", "application/json" + form).is(200);
            Api.Answer yaml =
                    admin.get(CONFIG_MAPS, "Accept", "application/yaml" + form).is(200);

            assertEquals("application/yaml", yaml.header("content-type"));
            assertEquals(
                    json.json(),
                    new com.fasterxml.jackson.dataformat.yaml.YAMLMapper().readTree(yaml.text()),
                    yaml::text);
        }
    }
}
