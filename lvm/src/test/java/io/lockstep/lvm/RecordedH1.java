package io.lockstep.lvm;

import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.lvm.command.Limits;
import io.lockstep.lvm.devicemapper.OpenCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** h1 of the recorded cluster: d1_a is exclusive here, d1_b shared on both hosts, d2_a exclusive on h2. */
abstract class RecordedH1 {

    static final VgName VG = new VgName("vg0");
    static final String VG_UUID = "taWsEO6izwqj6QcJf03xINnKuux9I32r";
    static final Volume D1_A = Volume.of("vg0/d1_a", "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf");
    static final Volume D1_B = Volume.of("vg0/d1_b", "jgGbKJ-fpYp-9Gdx-D9IU-Djs7-yp17-Dh1Mr6");
    static final Volume D2_A = Volume.of("vg0/d2_a", "asMreW-T7Pe-lFLs-Ufn4-Gqv6-VbeW-OrXAdJ");

    @TempDir
    Path root;

    final FakeHost host = new FakeHost();
    final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    FakeFileSystem files;
    LvmLockManager manager;

    @BeforeEach
    void h1() throws IOException {
        files = new FakeFileSystem(root);
        activate(1, D1_A);
        activate(2, D1_B);
        host.recorded("lvmlockctl --info --dump", Recording.run("03-query", "h1", "lvmlockctl --info --dump"));
        host.recorded("sanlock client status -D", Recording.run("03-query", "h1", "sanlock client status -D"));
        host.recorded("sanlock client gets -h 1", Recording.run("03-query", "h1", "sanlock client gets"));
        host.recorded(
                "sanlock client host_status -D", Recording.run("03-query", "h1", "sanlock client host_status -D"));
        host.recorded("lvs", Recording.run("03-query", "h1", "lvs --reportformat json_std"));
        host.says(
                "dmsetup info",
                dm(D1_A) + ":vg0-d1_a:1\n" + dm(D1_B) + ":vg0-d1_b:0\n" + "LVM-" + VG_UUID
                        + "Y88kjPzVRoAyxuCHKK2gN8GrKpB9bXZ0:vg0-lvmlock:1\n");
        manager = new LvmLockManager(host, Limits.DEFAULT, root, OpenCounts.NOT_HERE, now::get);
    }

    static String dm(Volume volume) {
        return "LVM-" + VG_UUID + volume.uuid().plain();
    }

    void activate(int minor, Volume volume) throws IOException {
        files.device(minor, "vg0-" + volume.name().lv(), dm(volume));
    }

    /** From now on lvmlockd shows these locks: {@code mode UUID}. */
    void lockd(String... resources) {
        StringBuilder dump = new StringBuilder(Recording.run("03-query", "h1", "lvmlockctl --info --dump")
                .out()
                .lines()
                .limit(5)
                .reduce("", (a, b) -> a + b + "\n"));
        for (String resource : resources) {
            String[] parts = resource.split(" ", -1);
            dump.append("info=r name=%s type=lv mode=%s sh_count=0 version=0\n".formatted(parts[1], parts[0]));
        }
        host.says("lvmlockctl --info --dump", dump.toString());
    }
}
