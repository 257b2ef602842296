package io.shiplog.command.control.quota;

import static io.shiplog.command.control.view.Types.CONFIG_MAPS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.kind.core.quota.ResourceQuotaKind;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.object.ObjectKey;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuotaStatusTest {
    private static final ObjectKey QUOTA = ObjectKey.of(ResourceQuotaKind.TYPE, "shop", "q");
    private static final ObjectKey MAP = ObjectKey.of(CONFIG_MAPS, "shop", "map");

    private final FakeCluster cluster = new FakeCluster();

    @BeforeEach
    void aQuota() {
        cluster.given(
                ResourceQuotaKind.TYPE,
                "{\"kind\":\"ResourceQuota\",\"metadata\":{\"name\":\"q\",\"namespace\":\"shop\"},\"spec\":{\"hard\":"
                        + "{\"configmaps\":\"2\",\"pods\":\"1\"}}}");
        cluster.given(CONFIG_MAPS, "{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"map\",\"namespace\":\"shop\"}}");
        cluster.given(CONFIG_MAPS, "{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"map\",\"namespace\":\"other\"}}");
        cluster.run(new QuotaStatus());
        cluster.settle();
    }

    private String status() {
        return Objects.requireNonNull(cluster.tree(QUOTA)).path("status").toString();
    }

    @Test
    void theStatusTellsWhatIsUsed() {
        assertEquals(
                "{\"hard\":{\"configmaps\":\"2\",\"pods\":\"1\"},\"used\":{\"configmaps\":\"1\",\"pods\":\"0\"}}",
                status());
    }

    @Test
    void aDeletionCountsAndAResourceThatIsNoLongerLimitedGoes() {
        cluster.delete(MAP, Propagation.BACKGROUND);
        cluster.change(QUOTA, "", "{\"spec\":{\"hard\":{\"pods\":null}}}");
        cluster.settle();
        assertEquals("{\"hard\":{\"configmaps\":\"2\"},\"used\":{\"configmaps\":\"0\"}}", status());
    }
}
