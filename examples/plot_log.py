"""Draws a log of `loong run SCENARIO --log run.csv`: python3 plot_log.py run.csv run.png

Needs numpy and matplotlib. Six panels: path from above with footprints' centres, speed and height of the CoM,
DCM and CoP across the way, vertical forces, estimation error, and the legs' torques.
"""

import csv
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np


def read(path):
    """Columns of the log by name; empty cells are not a number."""
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    columns = {}
    for index, name in enumerate(rows[0]):
        if name in ("gait_phase", "gait_stance"):
            continue
        columns[name] = np.array([float(row[index]) if row[index] else np.nan for row in rows[1:]])
    return columns


def draw(log, path):
    t = log["time_s"]
    figure, axes = plt.subplots(6, 1, figsize=(14, 20), constrained_layout=True)
    top, speed, lateral, force, error, torque = axes

    top.plot(log["com_x_m"], log["com_y_m"], label="CoM")
    for side in ("left", "right"):
        stands = log[f"{side}_foot_force_z_n"] > 50.0
        top.plot(log[f"{side}_foot_x_m"][stands], log[f"{side}_foot_y_m"][stands], ".", ms=2, label=f"{side} foot")
    top.set(xlabel="x [m]", ylabel="y [m]", title="from above")
    top.set_aspect("equal", adjustable="datalim")

    speed.plot(t, np.hypot(log["com_vx_mps"], log["com_vy_mps"]), label="speed [m/s]")
    speed.plot(t, log["com_z_m"], label="CoM height [m]")
    for side in ("left", "right"):
        speed.plot(t, log[f"{side}_foot_z_m"], lw=0.7, label=f"{side} foot height [m]")

    lateral.plot(t, log["dcm_y_m"], label="DCM y [m]")
    lateral.plot(t, log["cop_y_m"], lw=0.7, label="CoP y [m]")
    lateral.plot(t, log["com_y_m"], label="CoM y [m]")

    for side in ("left", "right"):
        force.plot(t, log[f"{side}_foot_force_z_n"], lw=0.7, label=f"{side} vertical force [N]")
    force.set_ylim(0.0, 3000.0)

    for axis in "xyz":
        error.plot(t, 1e3 * (log[f"estimated_base_{axis}_m"] - log[f"base_{axis}_m"]), label=f"estimate {axis} [mm]")
    yaw = log["estimated_base_yaw_rad"] - log["base_yaw_rad"]
    error.plot(t, 1e3 * (np.mod(yaw + np.pi, 2 * np.pi) - np.pi), label="estimate yaw [mrad]")

    for name in log:
        if name.endswith("_torque_nm") and any(part in name for part in ("knee", "ankle_pitch", "hip_pitch")):
            torque.plot(t, log[name], lw=0.7, label=name.removesuffix("_torque_nm") + " [N m]")

    for axis in axes:
        axis.grid(alpha=0.3)
        axis.legend(fontsize=7, ncol=4, loc="upper right")
    torque.set_xlabel("time [s]")
    figure.savefig(path, dpi=80)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    draw(read(sys.argv[1]), sys.argv[2])
