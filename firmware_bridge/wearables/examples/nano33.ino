// Streams an Arduino Nano 33 BLE's accelerometer in the frame that nano33.toml describes: twenty samples at a time,
// numbered, with the time of the first. Needs the libraries ArduinoBLE and Arduino_LSM9DS1.

#include <ArduinoBLE.h>
#include <Arduino_LSM9DS1.h>

const int SAMPLES = 20;
const float SCALE_G = 4.0 / 32768;

#pragma pack(push, 1)
struct Frame {
  uint16_t sequence;
  uint32_t time_ms;
  uint8_t count;
  uint8_t spare;
  float scale_g;
  int16_t xyz[SAMPLES][3];
};
#pragma pack(pop)

BLEService service("19b10000-e8f2-537e-4f6c-d104768a1214");
BLECharacteristic data("19b10001-e8f2-537e-4f6c-d104768a1214", BLENotify, sizeof(Frame), true);
Frame frame = {0, 0, 0, 0, SCALE_G, {}};

int16_t steps(float g) {
  return (int16_t)constrain(lroundf(g / SCALE_G), -32768, 32767);
}

void setup() {
  while (!IMU.begin() || !BLE.begin()) delay(1000);
  BLE.setLocalName("Twitch Nano");
  BLE.setAdvertisedService(service);
  service.addCharacteristic(data);
  BLE.addService(service);
  BLE.advertise();
}

void loop() {
  BLE.poll();
  if (!IMU.accelerationAvailable()) return;
  float x, y, z;
  IMU.readAcceleration(x, y, z);
  if (frame.count == 0) frame.time_ms = millis();
  int16_t *sample = frame.xyz[frame.count++];
  sample[0] = steps(x);
  sample[1] = steps(y);
  sample[2] = steps(z);
  if (frame.count < SAMPLES) return;
  data.writeValue(&frame, sizeof(frame));
  frame.sequence++;
  frame.count = 0;
}
