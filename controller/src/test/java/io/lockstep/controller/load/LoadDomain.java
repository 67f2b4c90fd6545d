package io.lockstep.controller.load;

import io.lockstep.proto.v1.Volume;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** A guest with two disks. */
record LoadDomain(String uuid, String name, List<Volume> volumes) {

    static LoadDomain numbered(int number) {
        String name = "guest-" + number;
        return new LoadDomain(
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString(),
                name,
                List.of(volume(name + "-root"), volume(name + "-data")));
    }

    private static Volume volume(String lv) {
        // The form of an LV UUID: 6-4-4-4-4-4-6 characters.
        String hex = UUID.nameUUIDFromBytes(lv.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
        String uuid = String.join(
                "-",
                hex.substring(0, 6),
                hex.substring(6, 10),
                hex.substring(10, 14),
                hex.substring(14, 18),
                hex.substring(18, 22),
                hex.substring(22, 26),
                hex.substring(26, 32));
        return Volume.newBuilder().setVg("vg0").setLv(lv).setUuid(uuid).build();
    }
}
