package io.shiplog.node.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerMountsTest {
    private static final Path FOLDER = Path.of("/home/dana/.shiplog/nodes/node-1/volumes/pvc-1");

    @ParameterizedTest
    @CsvSource({
        "/home/dana/.shiplog/nodes/node-1/volumes/pvc-1,true",
        "/home/dana/.shiplog/nodes/node-1/volumes/pvc-1/sub,true",
        "/home/dana/.shiplog/nodes/node-1/volumes/pvc-1//deleted,true",
        "/dana/.shiplog/nodes/node-1/volumes/pvc-1,true",
        "/home/dana/.shiplog/nodes/node-1/volumes/pvc-10,false",
        "/home/dana/.shiplog/nodes/node-1/volumes/pvc-2,false",
        "/home/dana/.shiplog/nodes/node-1/volumes,false",
        "/,false"
    })
    void aMountIsRecognizedByItsRoot(String root, boolean has) {
        String mountInfo = """
                36 35 98:0 / / rw,noatime master:1 - overlay overlay rw,errors=continue
                37 36 8:1 %s /data rw,relatime - ext4 /dev/sda1 rw
                38 36 0:4 / /proc rw - proc proc rw
                """.formatted(root);

        assertEquals(has, ContainerMounts.has(mountInfo, FOLDER));
    }

    @ParameterizedTest
    @CsvSource({"''", "37 36"})
    void otherTextIsNoMount(String mountInfo) {
        assertEquals(false, ContainerMounts.has(mountInfo, FOLDER));
    }
}
