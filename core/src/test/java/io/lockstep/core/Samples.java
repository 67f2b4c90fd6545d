package io.lockstep.core;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import java.util.SortedMap;
import java.util.TreeMap;

/** The volumes and domains of the recorded cluster. */
public final class Samples {

    public static final Volume D1_A = Volume.of("vg0/d1_a", "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf");
    public static final Volume D1_B = Volume.of("vg0/d1_b", "jgGbKJ-fpYp-9Gdx-D9IU-Djs7-yp17-Dh1Mr6");
    public static final Volume D2_A = Volume.of("vg0/d2_a", "asMreW-T7Pe-lFLs-Ufn4-Gqv6-VbeW-OrXAdJ");
    public static final Volume DASHES = Volume.of("vg-x/lv-y", "qKyD0e-2mGf-x7Zk-bV4W-tN1c-hE8s-Lr5PoU");

    public static final DomainUuid D1 = DomainUuid.of("11111111-0000-0000-0000-000000000001");
    public static final DomainUuid D2 = DomainUuid.of("11111111-0000-0000-0000-000000000002");

    private Samples() {}

    public static VolumeInfo linear(Volume volume) {
        return new VolumeInfo(volume, true, "linear");
    }

    public static SortedMap<Volume, LockMode> modes(Volume volume, LockMode mode) {
        return new TreeMap<>(java.util.Map.of(volume, mode));
    }
}
