/** A rectangle of the world and how the streets lie in it. */
export interface City {
  name: string;
  /** Its middle. */
  lat: number;
  lon: number;
  width_km: number;
  height_km: number;
  /** How far the grid is turned against north. */
  tilt_deg: number;
  /** Yards of the fleet. */
  yards: { name: string; lat: number; lon: number }[];
}

/** Where the demo company works. The bounds are real, the streets are made up. */
export const nairobi: City = {
  name: 'Nairobi',
  lat: -1.2864,
  lon: 36.822,
  width_km: 18,
  height_km: 14,
  tilt_deg: 17,
  yards: [
    { name: 'Westlands', lat: -1.2676, lon: 36.8108 },
    { name: 'Eastleigh', lat: -1.2741, lon: 36.849 },
  ],
};

const metresPerDegree = 111_195;

/** A flat map is right to a metre over a city. */
export class Plane {
  private readonly perLon: number;

  constructor(private readonly city: City) {
    this.perLon = metresPerDegree * Math.cos((city.lat * Math.PI) / 180);
  }

  toPlace(x: number, y: number): { lat: number; lon: number } {
    return { lat: this.city.lat + y / metresPerDegree, lon: this.city.lon + x / this.perLon };
  }

  toPoint(lat: number, lon: number): { x: number; y: number } {
    return { x: (lon - this.city.lon) * this.perLon, y: (lat - this.city.lat) * metresPerDegree };
  }
}
