package io.lockstep.controller.host;

import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.Volume;

/** What became of one volume on the host that was asked. */
public record VolumeResult(Volume volume, LockResult result) {}
